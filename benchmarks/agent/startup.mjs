import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { here, REGISTER } from './stand.mjs'
import { median } from './statistics.mjs'

/** Wall time of a process that does nothing, from spawn to exit: what the SDK adds, and that it keeps nothing alive. */
export function measureStartup(stand, rounds) {
  const environment = stand.environment('bench: startup')
  const variants = [
    { name: 'preload (`--import @lightrun/sdk-node/register`)', args: ['--import', REGISTER, join(here, 'empty.cjs')] },
    { name: '`lightrun.start()` in the application', args: [join(here, 'start-in-code.cjs')] },
  ]
  const times = new Map(variants.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const base = run([join(here, 'empty.cjs')], environment)
    for (const { name, args } of variants) times.get(name).push(run(args, environment) - base)
  }
  return variants.map(({ name }) => ({ name, addedMs: median(times.get(name)) }))
}

function run(args, env) {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env, timeout: 30_000 })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - start
}
