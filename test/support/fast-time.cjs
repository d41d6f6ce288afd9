// Preload for applications under test: for the agent, time passes `FAST_TIME` times as fast. Its timers and its clock are
// those of `node:timers` and `node:perf_hooks`; the application's global `setTimeout` and `Date` stay as they are.
'use strict'
const timers = require('node:timers')
const { performance } = require('node:perf_hooks')
const { syncBuiltinESMExports } = require('node:module')
const factor = Number(process.env.FAST_TIME ?? 1)
const { setTimeout } = timers
const now = performance.now.bind(performance)
timers.setTimeout = (callback, ms, ...args) => setTimeout(callback, ms / factor, ...args)
Object.defineProperty(performance, 'now', { value: () => now() * factor, configurable: true, writable: true })
syncBuiltinESMExports()
