// Preload for applications under test: for the agent, time passes `FAST_TIME` times as fast. Its timers and its clock are
// those of `node:timers` and `node:perf_hooks`; the application's global `setTimeout` stays as it is. And the machine's
// clock is off by `clockJumpMs`, for everybody.
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

const wallNow = Date.now.bind(Date)
globalThis.clockJumpMs = 0
Date.now = () => wallNow() + globalThis.clockJumpMs
