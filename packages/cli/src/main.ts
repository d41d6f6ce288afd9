// The one file of this package with effects: it makes the real world for `run`.
import { readFileSync } from 'node:fs'
import { OUTPUT_CLOSED } from './context.ts'
import { createTerminal } from './output/terminal.ts'
import { readSourceFile } from './read-source-file.ts'
import { run } from './run.ts'

const interruption = new AbortController()
// Once: a second Ctrl-C ends the process as ever, should something not let go.
process.once('SIGINT', () => interruption.abort('interrupted'))
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    interruption.abort(OUTPUT_CLOSED)
  })
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

process.exitCode = await run(process.argv.slice(2), {
  terminal: createTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env }),
  env: process.env,
  clock: { nowMs: Date.now, offsetMinutes: (atMs) => new Date(atMs).getTimezoneOffset() },
  readFile: readSourceFile,
  signal: interruption.signal,
  version,
})
