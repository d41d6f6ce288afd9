import { DEFAULT_POLICY } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { scratchStand } from './stand.ts'
import { STORAGES } from './storages.ts'

describe.each(STORAGES)('the policy on $name', ({ isMissing, create }) => {
  describe.skipIf(isMissing)('', () => {
    const stand = scratchStand(create)

    const put = (what: string, body: unknown) => stand.api(`/policy/${what}`, { method: 'PUT', body })
    const redaction = {
      defaultNames: true,
      names: ['dateOfBirth'],
      packs: ['cards'],
      patterns: [{ name: 'staff', pattern: 'EMP-\\d{4}' }],
    }

    it('is the default until somebody sets one; agents are left to their own configuration', async () => {
      expect((await stand.api('/policy')).body).toEqual(DEFAULT_POLICY)
      const agent = await stand.joined('default')
      expect((await agent.poll(-1)).state?.policy).toBeUndefined()
    })

    it('reaches an agent that waits, and is kept', async () => {
      const agent = await stand.joined('waits')
      const before = (await agent.poll(-1)).state
      const waiting = agent.poll(before?.version ?? Number.NaN)
      expect((await put('redaction', redaction)).status).toBe(200)
      expect((await waiting).state?.policy).toEqual({ redaction, detached: false })
      expect((await stand.api('/policy')).body.redaction).toEqual(redaction)
    })

    it('detaches and attaches without touching the redaction, whatever races', async () => {
      const changes = [true, false, true].map((detached) => put('detached', { detached }))
      await Promise.all([...changes, put('redaction', { ...redaction, names: ['raced'] })])
      await put('detached', { detached: true })
      expect((await stand.api('/policy')).body).toMatchObject({ detached: true, redaction: { names: ['raced'] } })
      await put('detached', { detached: false })
    })

    it('detaches the agents of one pool, and attaches them with all others', async () => {
      const { key } = (await stand.api('/pools', { body: { name: 'eu' } })).body
      const [european, other] = [stand.agent('european', { poolKey: key }), await stand.joined('elsewhere')]
      await european.join()
      const detached = async () =>
        Promise.all([european, other].map(async (agent) => (await agent.poll(-1)).state?.policy?.detached))
      const waiting = european.poll((await european.poll(-1)).state?.version ?? Number.NaN)
      expect((await put('detached', { detached: true, pool: 'eu' })).body.detachedPools).toEqual(['eu'])
      expect((await waiting).state?.policy).toMatchObject({ detached: true })
      expect((await waiting).state?.policy).not.toHaveProperty('detachedPools')
      expect(await detached()).toEqual([true, false])
      await put('detached', { detached: false, pool: 'eu' })
      expect(await detached()).toEqual([false, false])

      await put('detached', { detached: true, pool: 'eu' })
      await put('detached', { detached: true })
      await put('detached', { detached: false, pool: 'eu' })
      expect(await detached()).toEqual([true, true])
      await put('detached', { detached: true, pool: 'eu' })
      await put('detached', { detached: false })
      expect(await detached()).toEqual([false, false])

      const { status, body } = await put('detached', { detached: true, pool: 'mars' })
      expect([status, body.code, body.detail]).toEqual([400, 'request_invalid', expect.stringContaining('default, eu')])
    })

    it('refuses a pattern that cannot be used, with its reason, and keeps the one before', async () => {
      await put('redaction', redaction)
      const patterns = [...redaction.patterns, { name: 'broken', pattern: '(?=x)' }]
      const { status, body } = await put('redaction', { ...redaction, patterns })
      expect(status).toBe(400)
      expect(body).toMatchObject({ code: 'pattern_invalid', details: { field: 'patterns.1' } })
      expect(body.detail).toContain('patterns.1 (broken)')
      expect((await stand.api('/policy')).body.redaction).toEqual(redaction)
    })

    it.each<[string, object, string]>([
      ['redaction', { ...redaction, showonly: ['id'] }, 'showonly: unknown (did you mean showOnly?)'],
      ['redaction', { ...redaction, patterns: [{ name: 'a', pattern: 'b', flags: 'i' }] }, 'patterns.0.flags: unknown'],
      ['detached', { detached: true, pools: 'eu' }, 'pools: unknown (did you mean pool?)'],
      ['quota', { cpu: 5 }, 'cpu: unknown (there are cpuPercent, conditionPercent, logsPerSecond, bytesPerSecond)'],
    ])('refuses a %s that says what nobody knows, and changes nothing', async (what, body, detail) => {
      const before = (await stand.api('/policy')).body
      expect((await put(what, body)).body).toMatchObject({ status: 400, code: 'request_invalid', detail })
      expect((await stand.api('/policy')).body).toEqual(before)
    })

    it.each([
      {},
      { ...redaction, packs: ['all'] },
      { ...redaction, names: [''] },
      { ...redaction, names: Array(1_001).fill('a') },
      { ...redaction, patterns: Array(101).fill({ name: 'a', pattern: 'b' }) },
    ])('refuses what is no redaction policy (%#)', async (body) => {
      expect((await put('redaction', body)).body).toMatchObject({ status: 400, code: 'request_invalid' })
    })
  })
})
