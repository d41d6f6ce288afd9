import { actionView, ok, problem } from '@lightrun/client/testing'
import type { ActionView } from '@lightrun/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHarness, type Harness } from './harness.ts'

let cli: Harness
const log = actionView({ id: 'aaa' })
const metric = actionView({ id: 'bbb', task: { type: 'metric', name: 'n', expression: 'a' } })
const snapshot = actionView({ id: 'ccc', task: { type: 'snapshot', watches: ['a'] } })
let patches: unknown[]

beforeEach(async () => {
  cli = await createHarness()
  patches = []
  cli.server.on('GET /api/v1/actions', ok({ actions: [log, metric, snapshot] }))
  for (const action of [log, metric, snapshot]) {
    cli.server.on(`PATCH /api/v1/actions/${action.id}`, ({ body }) => {
      patches.push(body)
      return ok({ ...action, revision: 2 } satisfies ActionView)
    })
  }
})
afterEach(() => cli.server.close())

test.each([
  [['aaa', '--where', 'src/pay.ts:7'], { position: { file: 'src/pay.ts', line: 7 } }],
  [['aaa', '--at', 'throw'], { at: 'throw' }],
  [['aaa', '--at', 'line'], { at: null }],
  [
    ['aaa', '--condition', 'total > 1', '--expire', '2m', '--max-hits', '9'],
    { condition: 'total > 1', expireSeconds: 120, maxHits: 9 },
  ],
  [['aaa', '--max-hits-per-agent', '3', '--no-ignore-quota'], { maxHitsPerAgent: 3, ignoreQuota: false }],
  [['aaa', '--no-max-hits-per-agent', '--ignore-quota'], { maxHitsPerAgent: null, ignoreQuota: true }],
  [['aaa', '--no-condition', '--no-max-hits'], { condition: null, maxHits: null }],
  [['aaa', '--format', 'now {a}'], { task: { ...log.task, format: 'now {a}' } }],
  [['aaa', '--level', 'warn'], { task: { ...log.task, level: 'warn' } }],
  [['bbb', '--expression', 'b'], { task: { ...metric.task, expression: 'b' } }],
  [['ccc', '--watch', 'b', 'c'], { task: { type: 'snapshot', watches: ['b', 'c'] } }],
])('edit %j', async (words, patch) => {
  const { code, out } = await cli.run(['edit', ...words])
  expect(code).toBe(0)
  expect(out).toContain('revision 2')
  expect(patches).toEqual([patch])
})

test.each([
  ['edit aaa'],
  ['edit bbb --format x'],
  ['edit aaa --watch x'],
  ['edit ccc --expression x'],
  ['edit aaa --max-hits none'],
  ['edit aaa --at src/pay.ts:7'],
])('%s is a mistake, and changes nothing', async (words) => {
  expect((await cli.run(words)).code).toBe(2)
  expect(patches).toEqual([])
})

test('a fault in the new expression is shown with a caret', async () => {
  const details = { field: 'expression', column: 3 }
  cli.server.on('PATCH /api/v1/actions/bbb', problem(400, 'expression_syntax', 'unexpected end', details))
  const { code, err } = await cli.run(['edit', 'bbb', '--expression', 'b +'])
  expect(code).toBe(1)
  expect(err).toContain('  b +\n    ^')
})
