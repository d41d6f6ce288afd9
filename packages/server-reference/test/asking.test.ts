import type { Report } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { type FakeAgent, hitOf, newLog, scratchStand } from './stand.ts'
import { STORAGES } from './storages.ts'

describe.each(STORAGES)('asking on $name', ({ isMissing, create }) => {
  describe.skipIf(isMissing)('', () => {
    const stand = scratchStand(create)

    const idsFor = async (agent: FakeAgent) => (await agent.poll(-1)).state?.actions.map(({ id }) => id) ?? []
    const refusal = async (path: string, body: unknown) => {
      const { status, body: said } = await stand.api(path, { body })
      return [status, said.code]
    }

    describe('of several sources', () => {
      it('binds to agents that are any of them, or all of them, also to those that start later', async () => {
        await stand.joined('several', { tags: ['eu'] })
        const any = await stand.createLog('tag:us,tag:eu, several')
        const all = await stand.createLog('tag:prod+tag:eu')
        expect([any.source, all.source]).toEqual([
          {
            kind: 'any',
            of: [
              { kind: 'tag', value: 'us' },
              { kind: 'tag', value: 'eu' },
              { kind: 'name', value: 'several' },
            ],
          },
          {
            kind: 'all',
            of: [
              { kind: 'tag', value: 'prod' },
              { kind: 'tag', value: 'eu' },
            ],
          },
        ])
        const later = await Promise.all([
          stand.joined('a', { tags: ['us'] }),
          stand.joined('b', { tags: ['eu', 'prod'] }),
          stand.joined('c', { tags: ['prod'] }),
        ])
        const [us, both, prod] = await Promise.all(later.map(idsFor))
        expect([us?.includes(any.id), both?.includes(any.id), prod?.includes(any.id)]).toEqual([true, true, false])
        expect([us?.includes(all.id), both?.includes(all.id), prod?.includes(all.id)]).toEqual([false, true, false])
        // What they say is taken as well.
        expect((await later[1]?.send([hitOf(all.id)]))?.status).toBe(204)
        expect((await stand.api(`/actions/${all.id}`)).body.hitCount).toBe(1)
      })

      it('takes a tag or a name that looks like several as what it is', async () => {
        await stand.joined('a+b', { tags: ['x,y'] })
        expect((await stand.createLog('tag:x,y')).source).toEqual({ kind: 'tag', value: 'x,y' })
        expect((await stand.createLog('a+b')).source).toEqual({ kind: 'name', value: 'a+b' })
      })

      it('refuses both ways at once, too many, and what nobody is called', async () => {
        const body = (source: string) => newLog(source)
        expect(await refusal('/actions', body('tag:a,tag:b+tag:c'))).toEqual([400, 'request_invalid'])
        const many = (count: number) => Array.from({ length: count }, (_, i) => `tag:t${i}`).join(',')
        expect(await refusal('/actions', body(many(21)))).toEqual([400, 'request_invalid'])
        expect((await stand.createLog(many(20))).source.of).toHaveLength(20)
        expect(await refusal('/actions', body('tag:a,nobody'))).toEqual([404, 'source_unknown'])
      })
    })

    describe('at a return or a throw', () => {
      it('reaches the agent, is shown, and can be changed', async () => {
        const agent = await stand.joined('moments')
        const created = await stand.createLog('moments', { at: 'return' })
        const wanted = (await agent.poll(-1)).state?.actions.find(({ id }) => id === created.id)
        expect([created.at, wanted?.at]).toEqual(['return', 'return'])
        const patch = (at: unknown) => stand.api(`/actions/${created.id}`, { method: 'PATCH', body: { at } })
        expect((await patch('throw')).body).toMatchObject({ at: 'throw', revision: 2 })
        const { body } = await patch(null)
        expect([body.at, body.revision]).toEqual([undefined, 3])
      })

      it('is refused for what measures a span', async () => {
        const body = { ...newLog('moments'), at: 'return', task: { type: 'duration', name: 'd' } }
        expect(await refusal('/actions', body)).toEqual([400, 'request_invalid'])
      })
    })

    it('keeps what the asker looked at, and does not tell the agents', async () => {
      const agent = await stand.joined('vcs')
      const vcs = { repository: 'https://example.com/shop', branch: 'main', commit: 'be174f5' }
      const { id, vcs: shown } = await stand.createLog('vcs', { vcs })
      expect(shown).toEqual(vcs)
      expect((await agent.poll(-1)).state?.actions.find((each) => each.id === id)).not.toHaveProperty('vcs')
      expect(await refusal('/actions', { ...newLog('vcs'), vcs: { commit: 'HEAD' } })).toEqual([400, 'request_invalid'])
    })

    describe('the same again', () => {
      it('is a new action with nothing of the old one but its question', async () => {
        const agent = await stand.joined('again')
        const asked = { condition: 'a > 1', maxHits: 3, expireSeconds: 120, at: 'throw' as const }
        const first = await stand.createLog('again', asked)
        await agent.send([hitOf(first.id)])
        await stand.api(`/actions/${first.id}`, { method: 'PATCH', body: { enabled: false } })
        const { status, body } = await stand.api(`/actions/${first.id}/duplicates`, { body: {} })
        expect(status).toBe(201)
        expect(body).toMatchObject({ position: first.position, task: first.task, source: first.source, hitCount: 0 })
        expect(body).toMatchObject({ condition: 'a > 1', maxHits: 3, at: 'throw', enabled: true, revision: 1 })
        expect(body.id).not.toBe(first.id)
        expect(body.expiresAtMs - body.createdAtMs).toBe(120_000)
      })

      it('differs in what is said', async () => {
        const first = await stand.createLog('again', { condition: 'a > 1', maxHits: 3 })
        const body = { condition: null, maxHits: null, position: { file: 'b.ts', line: 7 }, expireSeconds: 60 }
        const copy = (await stand.api(`/actions/${first.id}/duplicates`, { body })).body
        expect([copy.condition, copy.maxHits, copy.position]).toEqual([undefined, undefined, { file: 'b.ts', line: 7 }])
        expect(copy.expiresAtMs - copy.createdAtMs).toBe(60_000)
      })

      it('is judged like any other, and made once for one key', async () => {
        const { id } = await stand.createLog('again')
        const path = `/actions/${id}/duplicates`
        expect(await refusal(path, { condition: 'no!' })).toEqual([422, 'expression_not_allowed'])
        expect(await refusal(path, { maxHits: 0 })).toEqual([422, 'limit_invalid'])
        expect(await refusal('/actions/nothing/duplicates', {})).toEqual([404, 'action_unknown'])
        const headers = { 'idempotency-key': `copy of ${id}` }
        const [one, two] = [await stand.api(path, { body: {}, headers }), await stand.api(path, { body: {}, headers })]
        expect(one.body.id).toBe(two.body.id)
      })
    })

    describe('removing several', () => {
      it('removes those that are there in one step, and says which', async () => {
        const agent = await stand.joined('several-removed')
        const [one, two, three] = [
          await stand.createLog('several-removed'),
          await stand.createLog('several-removed'),
          await stand.createLog('several-removed'),
        ]
        const before = (await agent.poll(-1)).state
        const { body } = await stand.api('/actions/removals', { body: { ids: [one.id, 'gone', two.id, one.id] } })
        expect([...body.removed].sort()).toEqual([one.id, two.id].sort())
        const after = (await agent.poll(before?.version ?? 0)).state
        expect(after?.actions.map(({ id }) => id)).toEqual([three.id])
      })

      it('takes a thousand ids and no more, and needs one', async () => {
        const ids = (count: number) => ({ ids: Array.from({ length: count }, (_, i) => `id${i}`) })
        expect((await stand.api('/actions/removals', { body: ids(1_000) })).body).toEqual({ removed: [] })
        expect(await refusal('/actions/removals', ids(1_001))).toEqual([400, 'request_invalid'])
        expect(await refusal('/actions/removals', ids(0))).toEqual([400, 'request_invalid'])
      })
    })

    describe('how often a probe was passed', () => {
      const passes = (actionId: string, all: number, conditionFalse: number, revision = 1): Report => ({
        kind: 'passes',
        ...{ actionId, revision, atMs: 1, passes: all, conditionFalse, conditionFailed: 0, throttled: 0 },
      })
      const placed = (actionId: string, revision = 1): Report => ({
        kind: 'status',
        ...{ actionId, revision, atMs: 1 },
        status: { state: 'placed', engine: 'weave', position: { file: 'src/cart.ts', line: 42 } },
      })

      it('is what the agent said last, of the present revision', async () => {
        const agent = await stand.joined('passed')
        const { id } = await stand.createLog('passed')
        const shown = async () => (await stand.api(`/actions/${id}`)).body.agents[0]?.passes
        await agent.send([placed(id)])
        expect(await shown()).toBeUndefined()
        await agent.send([passes(id, 3, 3), passes(id, 9, 8)])
        expect(await shown()).toEqual({ passes: 9, conditionFalse: 8, conditionFailed: 0, throttled: 0 })
        await stand.api(`/actions/${id}`, { method: 'PATCH', body: { condition: 'a' } })
        expect(await shown()).toBeUndefined()
        await agent.send([passes(id, 10, 9), placed(id, 2), passes(id, 1, 1, 2)])
        expect(await shown()).toEqual({ passes: 1, conditionFalse: 1, conditionFailed: 0, throttled: 0 })
      })
    })
  })
})
