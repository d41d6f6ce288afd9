import { describe, expect, it } from 'vitest'
import { MAX_CUSTOM_SOURCES } from '../src/sources/limits.ts'
import { createManualClock } from './manual-clock.ts'
import { type FakeAgent, hitOf, newLog, scratchStand } from './stand.ts'
import { STORAGES } from './storages.ts'

describe.each(STORAGES)('custom sources on $name', ({ isMissing, create }) => {
  describe.skipIf(isMissing)('', () => {
    const clock = createManualClock()
    const stand = scratchStand(create, { clock })

    const save = (name: string, source: string) =>
      stand.api(`/sources/${encodeURIComponent(name)}`, { method: 'PUT', body: { source } })
    const remove = (name: string) => stand.api(`/sources/${encodeURIComponent(name)}`, { method: 'DELETE' })
    const idsFor = async (agent: FakeAgent) => (await agent.poll(-1)).state?.actions.map(({ id }) => id) ?? []
    const tag = (value: string) => ({ kind: 'tag', value })
    const all = (...tags: string[]) => ({ kind: 'all', of: tags.map(tag) })

    it('are saved, listed by name, saved anew, and removed', async () => {
      expect((await save('zebra', 'tag:eu+tag:zoo')).body).toEqual({
        name: 'zebra',
        source: all('eu', 'zoo'),
        createdAtMs: clock.now(),
        changedAtMs: clock.now(),
      })
      await save('ape', 'tag:us')
      const createdAtMs = clock.now()
      clock.advance(1_000)
      expect((await save('ape', 'tag:asia')).body).toMatchObject({
        source: tag('asia'),
        createdAtMs,
        changedAtMs: createdAtMs + 1_000,
      })
      const names = async () => (await stand.api('/sources')).body.sources.map(({ name }: { name: string }) => name)
      expect(await names()).toEqual(['ape', 'zebra'])
      expect((await remove('zebra')).status).toBe(204)
      expect(await names()).toEqual(['ape'])
      expect((await remove('zebra')).body.code).toBe('source_unknown')
    })

    it('bind their agents, those that start later, and wake those that wait', async () => {
      await save('checkout', 'tag:eu+tag:shop')
      const early = await stand.joined('early', { tags: ['eu', 'shop'] })
      const waiting = early.poll((await early.poll(-1)).state?.version ?? Number.NaN)
      const action = await stand.createLog('custom:checkout')
      expect(action.source).toEqual({ kind: 'custom', value: 'checkout', is: all('eu', 'shop') })
      expect((await waiting).state?.actions.map(({ id }) => id)).toEqual([action.id])
      const later = await stand.joined('later', { tags: ['shop', 'eu', 'new'] })
      const other = await stand.joined('other', { tags: ['shop', 'us'] })
      expect([await idsFor(later), await idsFor(other)]).toEqual([[action.id], []])
      await later.send([hitOf(action.id)])
      await other.send([hitOf(action.id)])
      expect((await stand.api(`/actions/${action.id}`)).body.hitCount).toBe(1)
    })

    it('are parts of other sources, but not of one another', async () => {
      await save('part', 'tag:part')
      const both = await stand.createLog('custom:part+tag:eu')
      expect(both.source.of[0]).toEqual({ kind: 'custom', value: 'part', is: tag('part') })
      const [yes, no] = await Promise.all([
        stand.joined('yes', { tags: ['part', 'eu'] }),
        stand.joined('no', { tags: ['part'] }),
      ])
      expect((await idsFor(yes)).includes(both.id)).toBe(true)
      expect((await idsFor(no)).includes(both.id)).toBe(false)
      expect((await save('whole', 'custom:part,tag:x')).body.code).toBe('request_invalid')
    })

    it('move their actions to other agents when they are saved anew; last words of those before are taken', async () => {
      await save('moving', 'tag:here')
      const [here, there, never] = await Promise.all(
        ['here', 'there', 'never'].map((each) => stand.joined(each, { tags: [each] })),
      )
      const { id } = await stand.createLog('custom:moving')
      const status = (state: 'received' | 'removed') =>
        state === 'received' ? { state } : ({ state: 'ended', reason: 'removed' } as const)
      const told = (state: 'received' | 'removed') =>
        ({ kind: 'status', actionId: id, revision: 1, atMs: 1, status: status(state) }) as const
      await here!.send([told('received')])
      const waiting = there!.poll((await there!.poll(-1)).state?.version ?? Number.NaN)
      await save('moving', 'tag:there')
      expect((await waiting).state?.actions.map((action) => action.id)).toEqual([id])
      expect(await idsFor(here!)).not.toContain(id)
      await here!.send([hitOf(id, 'last words'), told('removed')])
      await never!.send([hitOf(id, 'of somebody else')])
      const { body } = await stand.api(`/actions/${id}`)
      expect([body.hitCount, body.source.is]).toEqual([1, tag('there')])
      expect(body.agents).toMatchObject([{ displayName: 'here', status: { state: 'ended', reason: 'removed' } }])
    })

    it('are not removed while an action that is not over is for them', async () => {
      await save('used', 'tag:used')
      const { id } = await stand.createLog('tag:x,custom:used', { expireSeconds: 60 })
      await stand.api(`/actions/${id}`, { method: 'PATCH', body: { enabled: false } })
      const { status, body } = await remove('used')
      expect([status, body.code, body.details]).toEqual([409, 'source_in_use', { actions: [id] }])
      clock.advance(61_000)
      expect((await remove('used')).status).toBe(204)
      // What is over stays readable, and cannot come back for nobody.
      expect((await stand.api(`/actions/${id}`)).body.source.of[1]).toEqual({ kind: 'custom', value: 'used' })
      const again = [
        await stand.api(`/actions/${id}`, { method: 'PATCH', body: { expireSeconds: 60 } }),
        await stand.api(`/actions/${id}/duplicates`, { body: {} }),
      ]
      expect(again.map((answer) => answer.body.code)).toEqual(['source_unknown', 'source_unknown'])
      await save('used', 'tag:used')
      expect((await stand.api(`/actions/${id}/duplicates`, { body: {} })).status).toBe(201)
    })

    it('that do not exist are refused with those that do', async () => {
      await save('known', 'tag:known')
      const { status, body } = await stand.api('/actions', { body: newLog('custom:knwon') })
      expect([status, body.code]).toEqual([404, 'source_unknown'])
      expect(body.details.sources).toContain('custom:known')
      expect(body.detail).toContain('there is no custom source knwon')
    })

    it.each(['', '.hidden', 'a b', 'a,b', 'a+b', 'tag:a', 'ä', 'x'.repeat(101), '\0'])(
      'are not called %j',
      async (name) => {
        expect([400, 404]).toContain((await save(name, 'tag:a')).status)
        expect((await stand.api('/sources')).body.sources).not.toContainEqual(expect.objectContaining({ name }))
      },
    )

    it('have names up to 100 characters, and stand for somebody who is known', async () => {
      expect((await save('x'.repeat(100), 'tag:a')).status).toBe(200)
      expect((await save('nobody', 'nobody-at-all')).body.code).toBe('source_unknown')
      expect((await save('nobody', '')).body.code).toBe('request_invalid')
    })

    it('are of one organisation, and so many', async () => {
      const { db } = stand.storage
      const [mine] = await db.selectFrom('organisations').select('id').execute()
      const before = (await stand.api('/sources')).body.sources.length
      const row = (organisation_id: string, number: number) => ({
        organisation_id,
        name: `n${number}`,
        source_kind: 'tag' as const,
        source_value: 'n',
        created_at_ms: 1,
        changed_at_ms: 1,
      })
      await db
        .insertInto('organisations')
        .values({ id: 'other', name: 'other', state_version: 1, created_at_ms: 1 })
        .execute()
      await db.insertInto('custom_sources').values(row('other', 0)).execute()
      expect((await stand.api('/sources')).body.sources).toHaveLength(before)
      expect((await stand.api('/actions', { body: newLog('custom:n0') })).body.code).toBe('source_unknown')
      const free = MAX_CUSTOM_SOURCES - before - 1
      await db
        .insertInto('custom_sources')
        .values(Array.from({ length: free }, (_, number) => row(mine!.id, number)))
        .execute()
      expect((await save('last', 'tag:a')).status).toBe(200)
      expect((await save('one-more', 'tag:a')).body.code).toBe('limit_invalid')
      expect((await save('last', 'tag:b')).status).toBe(200)
    })
  })
})
