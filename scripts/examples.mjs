// The examples with frameworks: installs and builds them on demand, and verifies them.
//
//   npm run examples                     all of them; the exit code is 0 only if all that they tell really happened
//   npm run examples -- next queue       some
//   npm run examples -- next --stay      one, left running under traffic with a server, for you to ask
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { say } from './demo/investigation.mjs'
import { createLightrun } from './demo/lightrun.mjs'
import { createProcesses } from './demo/processes.mjs'
import { startServer } from './demo/server.mjs'
import { install } from './examples/install.mjs'
import { stay } from './examples/stay.mjs'
import { verifyExample } from './examples/verify.mjs'

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { stay: { type: 'boolean' } } })
const root = fileURLToPath(new URL('..', import.meta.url))
const folderOf = (name) => join(root, 'examples', name)
const all = readdirSync(join(root, 'examples')).filter((name) => existsSync(join(folderOf(name), 'hunt.mjs')))
const names = positionals.length > 0 ? positionals : all
const unknown = names.filter((name) => !all.includes(name))
if (unknown.length > 0 || (flags.stay && names.length !== 1)) {
  console.error(
    `${unknown.length > 0 ? `no example: ${unknown.join(', ')}` : '--stay: name one example'} (${all.join(', ')})`,
  )
  process.exit(2)
}

const processes = createProcesses()
const scratch = mkdtempSync(join(tmpdir(), 'lightrun-examples-'))
process.on('exit', () => {
  processes.killAll()
  rmSync(scratch, { recursive: true, force: true })
})
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('interrupted'))
})
let outcome
try {
  outcome = await Promise.race([run(), interrupted])
} catch (error) {
  console.error(`\nThe examples failed: ${error.stack}`)
  outcome = 'failed'
} finally {
  await processes.stopAll()
}
process.exit({ done: 0, failed: 1, interrupted: 130 }[outcome])

async function run() {
  const build = spawn(process.execPath, [join(root, 'scripts/build.mjs'), '--js'], { stdio: 'inherit' })
  const [code] = await once(build, 'exit')
  if (code !== 0) throw new Error('the build failed')

  const server = await startServer(processes, scratch)
  const lightrun = createLightrun({ LIGHTRUN_SERVER: server.url, LIGHTRUN_API_KEY: server.apiKey, NO_COLOR: '1' })
  for (const name of names) {
    const startedAt = performance.now()
    say(`=== examples/${name}`)
    await install(folderOf(name))
    const { default: example } = await import(pathToFileURL(join(folderOf(name), 'hunt.mjs')).href)
    const stand = { name, folder: folderOf(name), processes, server, lightrun }
    if (flags.stay) await Promise.race([stay(example, stand), processes.failed])
    else await Promise.race([verifyExample(example, stand), processes.failed])
    say(`${name}: verified in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`)
  }
  return 'done'
}
