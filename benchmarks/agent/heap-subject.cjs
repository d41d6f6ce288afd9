'use strict'
// A process with a heap of a given size (megabytes, first argument) that tells its longest pause while it is watched.
const { score } = require('./hot.cjs')

const OBJECTS_A_MEGABYTE = 12_000
const held = []
for (let megabyte = 0; megabyte < Number(process.argv[2]); megabyte++) {
  held.push(Array.from({ length: OBJECTS_A_MEGABYTE }, (_, index) => ({ id: index, next: { value: index / 3 } })))
}

let longestMs = 0
let watching = false
function beat(before) {
  if (!watching) return
  const now = performance.now()
  if (now - before > longestMs) longestMs = now - before
  setImmediate(beat, now)
}

/** What arming is at its core: a function is put into each cell, and the optimised code that depended on it is dropped. */
function armCells() {
  for (let call = 0; call < 100_000; call++) score({ age: 1 }, [{ price: 1, quantity: 1 }])
  const cells = Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith('$lr_'))
  const start = performance.now()
  for (const cell of cells) globalThis[cell] = () => {}
  score({ age: 1 }, [])
  return (performance.now() - start) / cells.length
}

process.on('message', ({ watch, stop, cell }) => {
  if (cell) process.send({ cellMs: armCells() })
  if (watch) {
    longestMs = 0
    watching = true
    setImmediate(beat, performance.now())
    process.send({ watching })
  }
  if (stop) {
    watching = false
    process.send({ longestMs, heapMb: process.memoryUsage().heapUsed / 2 ** 20, held: held.length })
  }
})
process.send({ ready: true })
