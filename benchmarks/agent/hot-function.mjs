import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSink } from './sink.mjs'
import { here, lineOf, placeAction, REGISTER, until } from './stand.mjs'
import { inTurn, median, medianRatio, spread } from './statistics.mjs'

/** Nothing is throttled: to measure what a hit costs, not what is refused. */
const UNLIMITED = { LIGHTRUN_IGNORE_QUOTA: 'true' }
const POSITION = { every: 'every call', never: 'never executed' }

/** `calls` of one batch: long enough to be timed, short enough to interleave. */
export const VARIANTS = [
  { name: 'no SDK', sdk: false, calls: 400_000 },
  { name: 'attached, dormant', sdk: true, calls: 400_000 },
  { name: 'armed in this function, line never executed', sdk: true, calls: 400_000, action: log('never') },
  {
    name: 'condition false on every call',
    sdk: true,
    calls: 200_000,
    environment: UNLIMITED,
    action: { ...log('every'), condition: 'user.age > 100' },
  },
  {
    name: 'counter, every call',
    sdk: true,
    calls: 200_000,
    action: { position: 'every', task: { type: 'counter', name: 'calls' } },
    proof: counted,
  },
  { name: 'log, every call', sdk: true, calls: 5_000, environment: UNLIMITED, action: log('every'), proof: logged },
  {
    name: 'snapshot, every call',
    sdk: true,
    calls: 1_000,
    environment: UNLIMITED,
    // To a bare server: the other takes a thousand hits of a snapshot at most.
    sink: true,
    action: { position: 'every', task: { type: 'snapshot', watches: [] }, maxHits: 1_000_000 },
    proof: captured,
  },
  { name: 'log, over the default budget', sdk: true, calls: 100_000, action: log('every'), proof: throttled },
]

function log(position) {
  return { position, task: { type: 'log', format: 'score {sum} for {user.name}', level: 'info', targets: ['server'] } }
}

/** What the other agents are asked on the same lines, at their default limits unless every hit is to be logged. */
const PEER_VARIANTS = [
  { name: 'attached, no probe', calls: 50_000 },
  { name: 'probe in this function, line never executed', calls: 2_000, probe: { position: 'never', log: {} } },
  {
    name: 'condition false on every call',
    calls: 200,
    probe: { position: 'every', condition: 'user.age > 100', log: {} },
  },
  { name: 'log, every call', calls: 50, probe: { position: 'every', log: { unlimited: true } }, proven: true },
  {
    name: 'snapshot at default limits, most calls throttled',
    calls: 200,
    probe: { position: 'every', snapshot: { perSecond: 1 } },
    proven: true,
  },
]

/** Each variant in its own process, one batch of each in turn; the other agents' beside ours. */
export async function measureHotFunction(stand, rounds, peers = []) {
  const source = await readFile(join(here, 'hot.cjs'), 'utf8')
  const subjects = []
  for (const variant of VARIANTS) subjects.push(await startSubject(stand, variant, source))
  for (const peer of peers) {
    for (const variant of PEER_VARIANTS) subjects.push(await startPeerSubject(peer, variant, source))
  }
  // Warm: the optimising compiler, and for the last variant the budget that must be used up first.
  for (const subject of subjects) for (let turn = 0; turn < 3; turn++) await subject.run()
  for (const subject of subjects) await subject.prove()

  const results = new Map(subjects.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const subject of inTurn(subjects, round)) results.get(subject.name).push(await subject.run())
  }
  for (const subject of subjects) subject.kill()
  const baseline = results.get('no SDK')
  return [...results].map(([name, values]) => {
    return {
      name,
      ns: median(values),
      addedNs: median(values.map((v, r) => v - baseline[r])),
      ratio: medianRatio(values, baseline),
      range: spread(values, baseline),
    }
  })
}

async function startSubject(stand, variant, source) {
  const name = `bench: ${variant.name}`
  const sink = variant.sink ? await createSink() : undefined
  const child = stand.fork(join(here, 'subject.cjs'), {
    execArgv: variant.sdk ? ['--import', REGISTER] : [],
    env: sink?.environment(variant.environment) ?? stand.environment(name, variant.environment),
  })
  await once(child, 'message')
  const run = async () => {
    child.send({ calls: variant.calls })
    const [{ nsPerCall }] = await once(child, 'message')
    return nsPerCall
  }
  let actionId
  if (variant.sdk) {
    if (sink === undefined) await stand.agentNamed(name)
    if (variant.action !== undefined) {
      const { position, ...asked } = variant.action
      const action = { position: { file: 'hot.cjs', line: lineOf(source, POSITION[position]) }, ...asked }
      actionId = await (sink?.place(action) ?? placeAction(stand, name, action))
    }
  }
  return {
    name: variant.name,
    run,
    kill() {
      child.kill()
      sink?.close()
    },
    prove: async () => variant.proof?.(sink ?? stand, actionId, run),
  }
}

async function startPeerSubject(peer, variant, source) {
  const { child, place, prove } = await peer.start(join(here, 'subject.cjs'))
  const run = async () => {
    child.send({ calls: variant.calls })
    const [{ nsPerCall }] = await once(child, 'message')
    return nsPerCall
  }
  await run()
  if (variant.probe !== undefined) {
    const { position, ...probe } = variant.probe
    await place({ path: join(here, 'hot.cjs'), line: lineOf(source, POSITION[position]), ...probe })
  }
  return {
    name: `${peer.name}: ${variant.name}`,
    run,
    kill: () => child.kill('SIGKILL'),
    prove: async () => (variant.proven ? prove() : undefined),
  }
}

// A figure means nothing before it is proven that the work was really done.

async function logged(stand, id) {
  const hit = await firstHit(stand, id)
  if (!/^score \d+(\.\d+)? for Ada$/.test(hit.data.text)) throw new Error(`the log says ${hit.data.text}`)
}

async function captured(sink, id) {
  const { sample } = await until(`a hit of ${id}`, () => sink.of(id))
  const items = JSON.parse(sample).variables.find((variable) => variable.name === 'items')
  if (items?.value.items?.length !== 40) throw new Error('the snapshot does not hold the 40 items')
}

async function counted(stand, id, run) {
  const before = (await stand.client.action(id)).hitCount
  await run()
  await until('the counter', async () => (await stand.client.action(id)).hitCount >= before + 200_000)
}

async function throttled(stand, id, run) {
  await until('throttling', async () => {
    await run()
    await sleep(500)
    const { losses } = await stand.client.action(id)
    return losses.some(({ reason }) => reason === 'throttled')
  })
}

async function firstHit(stand, id) {
  return until(`a hit of ${id}`, async () => (await stand.client.hits(id, { limit: 1 })).hits[0])
}
