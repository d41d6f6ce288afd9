import type { Action, Lease } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { createHitLimit } from './hit-limit.ts'

const limit = (more: Pick<Action, 'maxHits' | 'lease'>) =>
  createHitLimit({
    id: 'a',
    revision: 1,
    position: { file: 'a.js', line: 1 },
    task: { type: 'counter', name: 'n' },
    expiresAtMs: 0,
    ...more,
  })
const lease = (deal: number, hits: number, last?: true): Lease => (last ? { deal, hits, last } : { deal, hits })
const times = (count: number, of: ReturnType<typeof limit>) => Array.from({ length: count }, () => of.count())

describe('the hit limit of a probe', () => {
  it('is open without one', () => {
    expect(times(3, limit({}))).toEqual(['open', 'open', 'open'])
  })

  it('of the agent ends at its last hit', () => {
    expect(times(2, limit({ maxHits: 2 }))).toEqual(['open', 'over'])
  })

  it('over all agents waits at the end of its share, or ends when nothing is left for anybody', () => {
    expect(times(2, limit({ lease: lease(1, 2) }))).toEqual(['open', 'waiting'])
    expect(times(2, limit({ lease: lease(1, 2, true) }))).toEqual(['open', 'over'])
  })

  it('begins again with another deal, and not with one that is known', () => {
    const of = limit({ lease: lease(1, 1) })
    expect(of.count()).toBe('waiting')
    expect(of.renew(lease(1, 5))).toBe(false)
    expect(of.renew(lease(2, 2))).toBe(true)
    expect([...times(2, of), of.hits]).toEqual(['open', 'waiting', 3])
  })

  it('keeps that of the agent through all deals', () => {
    const of = limit({ maxHits: 2, lease: lease(1, 1) })
    of.count()
    of.renew(lease(2, 5))
    expect(of.count()).toBe('over')
  })
})
