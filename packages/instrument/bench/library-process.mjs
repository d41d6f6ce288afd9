// One measurement of `libraries.mjs`, in a process of its own: node library-process.mjs LIBRARY FOLDER [WEAVER]
// Prints milliseconds an iteration once warm, and the result, which must not depend on weaving.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { join } from 'node:path'
import { argv } from 'node:process'
import { workloads } from './library-workloads.mjs'

const WARM_MS = 3000
const MEASURE_MS = 2000

const [, , library, folder, weaver] = argv
const require = createRequire(join(folder, 'package.json'))
if (weaver !== undefined) await weaveAll(weaver, join(folder, 'woven'))
const run = workloads[library](require(library), require)

const result = run()
for (const end = cpuMs() + WARM_MS; cpuMs() < end; ) run()
const times = []
for (const end = cpuMs() + MEASURE_MS; cpuMs() < end; ) {
  const from = process.hrtime.bigint()
  run()
  times.push(Number(process.hrtime.bigint() - from) / 1e6)
}
times.sort((a, b) => a - b)
// A low quantile of short times: what else the machine does only ever adds, and leaves some of them alone.
console.log(JSON.stringify({ ms: times[times.length >> 4], result }))

/** Processor time of this process, which `--single-threaded` makes the time of its one thread. */
function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Weaves every file that is loaded from now on. Woven text is kept in a folder, so that a round does not pay for weaving. */
async function weaveAll(path, cache) {
  const { weave } = await import(path)
  mkdirSync(cache, { recursive: true })
  const version = createHash('sha1').update(readFileSync(path)).digest('hex')
  const compile = Module.prototype._compile
  Module.prototype._compile = function (code, filename, ...rest) {
    const name = join(cache, createHash('sha1').update(version).update(filename).digest('hex'))
    if (!existsSync(name)) {
      const { status, code: woven = code, cells = [] } = weave(code, { filename, format: 'commonjs' })
      writeFileSync(name, JSON.stringify({ status, code: woven, cells }))
    }
    const woven = JSON.parse(readFileSync(name, 'utf8'))
    for (const cell of woven.cells) {
      Object.defineProperty(globalThis, cell, { value: undefined, writable: true, configurable: true })
    }
    return compile.call(this, woven.code, filename, ...rest)
  }
}
