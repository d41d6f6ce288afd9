// Preload for applications under test. While `globalThis.chaos` is above 0, built-ins that the agent calls throw with
// that probability: each of its entries from the application, its timers and its promises meets a fault of its own.
// Whoever else calls them, the application or Node.js, gets what they always gave.
'use strict'
// The transport has its own tests, and a HTTP client in the same file.
const OURS = /\/packages\/(?:sdk-node|core|sandbox|instrument)\/dist\//
const { apply } = Reflect
const random = Math.random
const captureStackTrace = Error.captureStackTrace
let inside = false
globalThis.chaos = 0
globalThis.injected = 0

/** Whether the function that called the wrapper is the agent's. */
function isCalledByAgent(wrapper) {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  const holder = {}
  captureStackTrace(holder, wrapper)
  const text = String(holder.stack)
  Error.stackTraceLimit = limit
  return OURS.test(text)
}

function wrap(owner, name) {
  const original = owner[name]
  const wrapper = {
    [name](...args) {
      if (globalThis.chaos > 0 && !inside) {
        inside = true
        try {
          if (random() < globalThis.chaos && isCalledByAgent(wrapper)) {
            globalThis.injected++
            throw new Error(`injected into ${name}`)
          }
        } finally {
          inside = false
        }
      }
      return apply(original, this, args)
    },
  }[name]
  Object.defineProperty(owner, name, { value: wrapper, writable: true, configurable: true })
}

for (const name of ['map', 'filter', 'flatMap', 'slice', 'splice', 'some', 'every', 'find', 'join', 'reduce', 'push'])
  wrap(Array.prototype, name)
for (const name of ['get', 'set', 'delete', 'values', 'keys']) wrap(Map.prototype, name)
for (const name of ['add', 'delete']) wrap(Set.prototype, name)
for (const name of ['slice', 'replace', 'startsWith', 'includes']) wrap(String.prototype, name)
for (const name of ['now']) wrap(Date, name)
for (const name of ['stringify', 'parse']) wrap(JSON, name)
for (const name of ['captureStackTrace']) wrap(Error, name)
for (const name of ['min', 'max', 'round', 'ceil']) wrap(Math, name)
for (const name of ['keys', 'values', 'entries', 'fromEntries', 'defineProperty', 'getOwnPropertyDescriptor'])
  wrap(Object, name)
for (const name of ['then', 'catch', 'finally']) wrap(Promise.prototype, name)
