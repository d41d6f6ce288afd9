import { expect, it } from 'vitest'
import { createLogLine, toHit } from '../protocol/log-line.ts'
import { toldBy } from './told.ts'

it('hits are told whether they are reports or lines', () => {
  const head = { actionId: 'a', revision: 1, level: 'info' as const, fields: ['n'], texts: ['', ''], fromMs: 0 }
  const line = createLogLine(head, [0, 1, 7], 1)
  expect(toldBy([line, toHit(line), { kind: 'count', actionId: 'a', revision: 1, atMs: 1, count: 5 }])).toEqual({
    hits: 2,
    passes: 5,
    lost: {},
  })
})
