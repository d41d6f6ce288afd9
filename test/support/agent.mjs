// Preload of the applications under test: the agent as it is published, with the test as its server, over IPC.
const at = (path) => new URL(`../../packages/${path}`, import.meta.url).href
const { start } = await import(at('sdk-node/dist/index.js'))
const { createMemoryTransport } = await import(at('core/dist/index.js'))

const { transport, server } = createMemoryTransport()
server.answer = (frame) => {
  process.send?.(new TextDecoder().decode(frame))
  return { status: 'accepted' }
}
process.on('message', (frame) => server.publish(new TextEncoder().encode(String(frame))))
process.channel?.unref()
start({ lightrunSecret: 'test', transport: () => transport, quota: { maxCPUCost: 100 } })
