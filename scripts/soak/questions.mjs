import { readFileSync } from 'node:fs'

const FILE = 'service.cjs'
const lines = readFileSync(new URL(FILE, import.meta.url), 'utf8').split('\n')
const at = (text) => {
  const line = lines.findIndex((each) => each.includes(text)) + 1
  if (line === 0) throw new Error(`no line of ${FILE} says ${text}`)
  return { file: FILE, line }
}

export const SNAPSHOT_HITS = 5
const FIRST = at('if (order.id % 3')

/**
 * One action of each kind. `counted`: how many hits or passes the service itself counts for it; `change`: how it is changed
 * while it is in place; `after`: what is counted for it then.
 */
export const QUESTIONS = [
  {
    name: 'log',
    task: { type: 'log', format: 'order {order.id} of {order.customer}: {total}', level: 'info', targets: ['server'] },
    position: FIRST,
    counted: (counts) => counts.priced,
    change: (task) => ({ task: { ...task, format: 'changed {order.id} {lines}' } }),
    after: (counts) => counts.priced,
  },
  {
    name: 'log with a condition',
    task: { type: 'log', format: '{order.items.map(i => i.sku).join()}', level: 'info', targets: ['server'] },
    position: FIRST,
    condition: 'order.id % 3 === 0',
    counted: (counts) => counts.thirds,
    change: () => ({ condition: null }),
    after: (counts) => counts.priced,
  },
  {
    name: 'snapshot',
    task: { type: 'snapshot', watches: ['lines.length'] },
    position: FIRST,
    maxHits: SNAPSHOT_HITS,
    counted: (counts) => Math.min(SNAPSHOT_HITS, counts.priced),
  },
  {
    name: 'counter',
    task: { type: 'counter', name: 'priced' },
    position: FIRST,
    counted: (counts) => counts.priced,
    change: () => ({ condition: 'order.id % 3 === 0' }),
    after: (counts) => counts.thirds,
  },
  {
    name: 'metric',
    task: { type: 'metric', name: 'total', expression: 'total' },
    position: FIRST,
    counted: (counts) => counts.priced,
    change: () => 'off',
    after: () => 0,
  },
  {
    name: 'tic & toc',
    task: { type: 'tictoc', name: 'shipping', toc: at('return parcel.weight') },
    position: at('await sleep(1)'),
    counted: (counts) => counts.shipped,
  },
  {
    name: 'duration',
    task: { type: 'duration', name: 'charge' },
    position: at('if (order.id % 10'),
    counted: (counts) => counts.charged + counts.declined,
  },
]
// The first `await sleep` is that of `charge`.
QUESTIONS.find(({ name }) => name === 'tic & toc').position = { file: FILE, line: at('const parcel').line + 1 }
