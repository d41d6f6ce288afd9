// Preload of the processes under test: says what the process holds when it is asked over IPC, after two full collections.
const { readdirSync } = require('node:fs')
const { setImmediate: turn } = require('node:timers/promises')

process.on('message', async (number) => {
  for (let n = 0; n < 2; n++) {
    await turn()
    global.gc()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  process.send?.({
    number,
    heap: heapUsed,
    external,
    rss,
    handles: process.getActiveResourcesInfo().length,
    threads: readdirSync('/proc/self/task').length,
    files: readdirSync('/proc/self/fd').length,
    armed: Object.getOwnPropertyNames(globalThis).filter(
      (name) => name.startsWith('$lr_') && typeof globalThis[name] === 'function',
    ).length,
  })
})
process.channel?.unref()
