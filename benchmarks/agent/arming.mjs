import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { here, lineOf, REGISTER } from './stand.mjs'
import { percentile } from './statistics.mjs'

/**
 * From the API call to the first moment the application runs armed. The subject passes the line without a pause and
 * writes the wall clock of the first pass that finds its cell armed.
 */
export async function measureArming(stand, samples) {
  const name = 'bench: arming'
  const child = stand.fork(join(here, 'arming-subject.cjs'), {
    execArgv: ['--import', REGISTER],
    env: stand.environment(name),
  })
  await once(child, 'message')
  await stand.agentNamed(name)
  const source = await readFile(join(here, 'hot.cjs'), 'utf8')
  const position = { file: 'hot.cjs', line: lineOf(source, 'every call') }
  const latencies = []
  for (let sample = 0; sample < samples; sample++) {
    const armed = once(child, 'message')
    child.send('watch')
    await sleep(20)
    const start = Date.now()
    const { id } = await stand.client.createAction({ source: name, position, task: { type: 'counter', name: 'calls' } })
    const [{ armedAt }] = await armed
    latencies.push(armedAt - start)
    const disarmed = once(child, 'message')
    await stand.client.deleteAction(id)
    await disarmed
  }
  child.kill()
  return { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95), first: latencies[0] }
}
