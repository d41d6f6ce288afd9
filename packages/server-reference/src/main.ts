// The one file of this package with effects: it makes the real world for `run`.
import { readFileSync } from 'node:fs'
import { run } from './command/run.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second signal ends the process as ever, should something not let go.
  process.once(signal, () => stop.abort(signal))
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  version,
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  stop: stop.signal,
})
