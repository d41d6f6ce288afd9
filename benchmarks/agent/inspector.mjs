// What code costs that the inspector serves. Alone: node agent/inspector.mjs
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createStand, here, lineOf, placeAction, until } from './stand.mjs'
import { inTurn, median, medianRatio, spread } from './statistics.mjs'

/** All of a core: a batch of passes fits into what may be spent at once. */
const UNLIMITED = { LIGHTRUN_MAX_CPU_COST: '100' }
const FORMAT = { type: 'log', format: 'score {sum} for {user.name}', level: 'info', targets: ['server'] }
const EVERY = 'every call'

/** `calls` of one batch: those that pass a breakpoint cost a tenth of a millisecond each. */
const VARIANTS = [
  { name: 'no SDK', sdk: false, calls: 200_000 },
  { name: 'nothing asked', calls: 200_000 },
  { name: 'line never executed', calls: 20_000, at: 'never executed', action: { task: FORMAT } },
  { name: 'counter, every call', calls: 1_000, at: EVERY, action: { task: { type: 'counter', name: 'calls' } } },
  { name: 'condition false', calls: 1_000, at: EVERY, action: { task: FORMAT, condition: 'user.age > 100' } },
  { name: 'log, every call', calls: 500, at: EVERY, action: { task: FORMAT } },
  {
    name: 'over the default budget',
    environment: {},
    calls: 200_000,
    at: EVERY,
    action: { task: FORMAT },
    isOver: true,
  },
  { name: 'after the action was removed', calls: 200_000, at: EVERY, action: { task: FORMAT }, isRemoved: true },
]

/** Each variant in its own process, one batch of each in turn. */
export async function measureInspector(stand, rounds) {
  const source = await readFile(join(here, 'hot.cjs'), 'utf8')
  const subjects = []
  for (const variant of VARIANTS) subjects.push(await startSubject(stand, variant, source))
  const results = new Map(VARIANTS.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const subject of inTurn(subjects, round)) results.get(subject.name).push(await subject.run())
  }
  for (const subject of subjects) subject.kill()
  const baseline = results.get('no SDK')
  return VARIANTS.map(({ name }) => ({
    name,
    ns: median(results.get(name)),
    addedNs: median(results.get(name).map((ns, round) => ns - baseline[round])),
    ratio: medianRatio(results.get(name), baseline),
    range: spread(results.get(name), baseline),
  }))
}

async function startSubject(stand, { name, sdk = true, calls, at, action, environment = UNLIMITED, ...last }, source) {
  const agentName = `bench: inspector: ${name}`
  const child = stand.fork(join(here, 'inspector-subject.cjs'), {
    env: sdk ? stand.environment(agentName, environment) : { ...process.env, LIGHTRUN_SECRET: '' },
  })
  await once(child, 'message')
  const run = async (count = calls) => {
    child.send({ calls: count })
    const [{ nsPerCall }] = await once(child, 'message')
    return nsPerCall
  }
  for (let turn = 0; turn < 5; turn++) await run(200_000)
  if (sdk) await stand.agentNamed(agentName)
  if (action !== undefined) {
    const position = { file: 'hot.cjs', line: lineOf(source, at) }
    const id = await placeAction(stand, agentName, { position, ...action })
    await prove(stand, id, run, { at, action, ...last })
  }
  for (let turn = 0; turn < 3; turn++) await run()
  return { name, run, kill: () => child.kill() }
}

/** A figure means nothing before it is proven that the inspector did the work, or does none any more. */
async function prove(stand, id, run, { at, action, isOver, isRemoved }) {
  const { agents } = await stand.client.action(id)
  const placed = agents.find(({ status }) => status.state === 'placed')
  if (placed !== undefined && placed.status.engine !== 'inspector') throw new Error('the inspector does not serve it')
  if (at === EVERY && action.condition === undefined) {
    await run(20)
    await until('hits', async () => (await stand.client.action(id)).hitCount >= 20)
  }
  if (isOver) {
    await run()
    await until('throttling', async () => {
      const view = await stand.client.action(id)
      return view.agents.some(({ status }) => status.state === 'throttled')
    })
  }
  if (isRemoved) {
    const { hitCount } = await stand.client.action(id)
    await stand.client.deleteAction(id)
    // The agent hears of it within a poll.
    await sleep(1_000)
    await run(1_000)
    if (hitCount < 20) throw new Error('it was never armed')
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const stand = await createStand()
  try {
    console.log(
      `Node ${process.versions.node}\n\n| code that is not woven | µs a call | ratio to no SDK |\n|---|---|---|`,
    )
    for (const { name, ns, ratio, range } of await measureInspector(stand, Number(process.env.ROUNDS ?? 7))) {
      const [least, most] = range.map((each) => each.toFixed(2))
      console.log(`| ${name} | ${(ns / 1_000).toFixed(2)} | ${ratio.toFixed(2)} [${least} – ${most}] |`)
    }
  } finally {
    await stand.close()
  }
}
