// Heap that a library takes after use, as it is or woven, and how much source that was. After `libraries.mjs`, which installs them.
//   node --expose-gc packages/instrument/bench/memory.mjs LIBRARY [WEAVER.js]
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { workloads } from './library-workloads.mjs'

const [, , library, weaver] = argv
const require = createRequire(join(tmpdir(), 'lightrun-bench-libraries', 'package.json'))
const { weave } = weaver === undefined ? {} : await import(weaver)
const compile = Module.prototype._compile
let units = 0
Module.prototype._compile = function (code, filename, ...rest) {
  units += code.length
  const { code: woven = code, cells = [] } = weave?.(code, { filename, format: 'commonjs' }) ?? {}
  for (const cell of cells) Object.defineProperty(globalThis, cell, { writable: true, configurable: true })
  return compile.call(this, woven, filename, ...rest)
}

const before = heap()
const run = workloads[library](require(library), require)
for (let i = 0; i < 20; i++) run()
await new Promise((resolve) => setTimeout(resolve, 50))
console.log(
  `${library}: ${((heap() - before) / 1e6).toFixed(1)} MB of heap for ${(units / 1e6).toFixed(2)} MB of source`,
)

function heap() {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
