'use strict'
// Preload: the debugging engine of Google's Cloud Debugger agent, driven without its server, which is no more.
const { createRequire } = require('node:module')
const { dirname } = require('node:path')
const { readFileSync } = require('node:fs')

const requirePeer = createRequire(`${process.env.PEERS}/`)
const agent = '@google-cloud/debug-agent/build/src/agent'
const { create } = requirePeer(`${agent}/v8/debugapi.js`)
const { defaultConfig: defaults } = requirePeer(`${agent}/config.js`)
const silent = { error() {}, warn() {}, info() {}, debug() {} }
const noMaps = { getMapInfoInput: () => null }

let engine
process.on('message', ({ probe }) => {
  if (probe === undefined) return
  const { path, line, condition, log, snapshot } = probe
  const config = { ...defaults, workingDirectory: dirname(path), javascriptFileExtensions: ['.js', '.cjs'] }
  if (log?.unlimited) config.log = { ...defaults.log, maxLogsPerSecond: 1e9 }
  const files = { [path]: { hash: '', lines: readFileSync(path, 'utf8').split('\n').length } }
  engine ??= create(silent, config, files, noMaps)
  const breakpoint = { id: 'bench', location: { path, line }, condition, ...(log ? LOG : {}) }
  let hits = 0
  engine.set(breakpoint, (error) => {
    if (log)
      engine.log(
        breakpoint,
        () => void hits++,
        () => false,
      )
    // A snapshot of this engine answers once; whoever wants more asks again.
    const again = () => engine.wait(breakpoint, () => void hits++)
    if (snapshot) again()
    process.send({ probed: error ? String(error.message ?? error) : true })
  })
  process.on('message', ({ proof }) => {
    if (proof) process.send({ hits })
  })
})

/** The line that our own log and Datadog's write. */
const LOG = { action: 'LOG', logMessageFormat: 'score $0 for $1', expressions: ['sum', 'user.name'] }
