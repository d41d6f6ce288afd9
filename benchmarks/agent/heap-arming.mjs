import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { here, lineOf, placeAction, REGISTER } from './stand.mjs'
import { median } from './statistics.mjs'

/** Megabytes of live objects, on top of the 5 MB of an empty application. */
export const HEAPS = [0, 200, 1_000]
/** The application is watched this long, from before the question is asked until it is certainly armed. */
const WATCH_MS = 1_500

/**
 * How long an application stands still while a probe is armed in it: the longest pause between two turns of its
 * event loop. The first row asks nothing, and so is the machine's own share.
 */
export async function measureHeapArming(stand, rounds, peers = []) {
  const source = await readFile(join(here, 'hot.cjs'), 'utf8')
  const position = { path: join(here, 'hot.cjs'), line: lineOf(source, 'every call') }
  const idle = unasked(stand)
  const agents = [idle, ours(stand), ...peers]
  const rows = []
  for (const heap of HEAPS) {
    const cells = []
    for (const agent of agents) {
      const pauses = []
      let heapMb = 0
      for (let round = 0; round < rounds; round++) {
        const { child, place } = await agent.start(join(here, 'heap-subject.cjs'), [String(heap)])
        const result = await watched(child, () => place({ ...position, log: {} }))
        pauses.push(result.longestMs)
        heapMb = result.heapMb
        if (agent === idle) cells.push(await armingOfCell(child))
        child.kill('SIGKILL')
      }
      rows.push({ name: agent.name, heapMb, pauseMs: median(pauses) })
    }
    rows.push({ name: 'woven, putting the function into its cell', heapMb: heap, pauseMs: median(cells) })
  }
  return rows
}

async function watched(child, place) {
  child.send({ watch: true })
  await once(child, 'message')
  await Promise.all([place(), sleep(WATCH_MS)])
  child.send({ stop: true })
  for (;;) {
    const [message] = await once(child, 'message')
    if (message.longestMs !== undefined) return message
  }
}

async function armingOfCell(child) {
  child.send({ cell: true })
  const [{ cellMs }] = await once(child, 'message')
  return cellMs
}

const unasked = (stand) => {
  const { start } = ours(stand)
  return {
    name: 'nothing armed',
    start: async (...all) => ({ ...(await start(...all)), place: async () => {} }),
  }
}

let started = 0
function ours(stand) {
  return {
    name: 'woven',
    async start(script, args) {
      const name = `bench: heap ${++started}`
      const child = stand.fork(script, {
        args,
        execArgv: ['--import', REGISTER],
        env: stand.environment(name),
      })
      await once(child, 'message')
      await stand.agentNamed(name)
      const task = { type: 'log', format: 'score {sum}', level: 'info', targets: ['server'] }
      return {
        child,
        place: ({ line }) => placeAction(stand, name, { position: { file: 'hot.cjs', line }, task }),
      }
    },
  }
}
