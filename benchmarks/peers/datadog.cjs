'use strict'
// Preload: Datadog's tracer with its debugger on. Probes reach it as in production, from the agent it polls.
const { createRequire } = require('node:module')
createRequire(`${process.env.PEERS}/`)('dd-trace').init({ startupLogs: false })
