import { type Action, MAX_HITS_LIMIT, MAX_SNAPSHOT_HITS, type Report } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { MIN_DEAL_INTERVAL_MS } from '../src/deal/deal-again.ts'
import { createServer } from '../src/server.ts'
import { type FakeAgent, hitOf, newLog, scratchStand } from './stand.ts'
import { STORAGES } from './storages.ts'

const waiting = (actionId: string, hits: number): Report => ({
  kind: 'status',
  actionId,
  revision: 1,
  atMs: 1,
  status: { state: 'waiting', hits },
})

describe.each(STORAGES)('hit limits over agents on $name', ({ name, isMissing, create }) => {
  describe.skipIf(isMissing)('', () => {
    const stand = scratchStand(create)

    const joined = async (name: string, count: number): Promise<FakeAgent[]> => {
      const agents: FakeAgent[] = []
      for (let i = 0; i < count; i++) agents.push(await stand.joined(name))
      return agents
    }
    const view = async (id: string) => (await stand.api(`/actions/${id}`)).body
    const wanted = async (agent: FakeAgent, id: string): Promise<Action | undefined> =>
      (await agent.poll(-1)).state?.actions.find((action) => action.id === id)
    const leases = (agents: readonly FakeAgent[], id: string) =>
      Promise.all(agents.map(async (agent) => (await wanted(agent, id))?.lease))
    const pause = () => new Promise((resolve) => setTimeout(resolve, MIN_DEAL_INTERVAL_MS + 20))

    it('are dealt out evenly; one agent alone gets all', async () => {
      const agents = await joined('even', 3)
      const { id } = await stand.createLog('even', { maxHits: 10 })
      const dealt = await leases(agents, id)
      expect(dealt.map((lease) => lease?.hits)).toEqual([4, 3, 3])
      expect(dealt.some((lease) => lease?.last)).toBe(false)
      const [alone] = await joined('alone', 1)
      const { id: own } = await stand.createLog('alone', { maxHits: 10 })
      expect(await leases([alone!], own)).toMatchObject([{ hits: 10, last: true }])
    })

    it('are dealt out anew to who asks, and what others do not use is taken back', async () => {
      const agents = await joined('greedy', 3)
      const { id } = await stand.createLog('greedy', { maxHits: 100 })
      const [greedy, modest] = agents
      const before = await leases(agents, id)
      await pause()
      await modest!.send([hitOf(id)])
      await greedy!.send([...Array.from({ length: 34 }, () => hitOf(id)), waiting(id, 34)])
      const after = await leases(agents, id)
      expect(before.map((lease) => lease?.hits)).toEqual([34, 33, 33])
      expect(after.map((lease) => lease?.hits)).toEqual([64, 1, 1])
      expect(new Set([...before, ...after].map((lease) => lease?.deal)).size).toBe(2)
    })

    it('are dealt out so often at most', async () => {
      const [agent] = await joined('impatient', 2)
      const { id } = await stand.createLog('impatient', { maxHits: 100 })
      await pause()
      const versions = []
      for (let i = 0; i < 5; i++) {
        await agent!.send([waiting(id, 50)])
        versions.push((await agent!.poll(-1)).state?.version)
      }
      expect(new Set(versions).size).toBeLessThanOrEqual(2)
    })

    it('of one: every agent can answer, those that hit at once do not make more than one', async () => {
      const agents = await joined('once', 8)
      const { id } = await stand.createLog('once', { task: { type: 'snapshot', watches: [] } })
      expect((await leases(agents, id)).map((lease) => lease?.hits)).toEqual(agents.map(() => 1))
      const snapshot = hitOf(id, '', { type: 'snapshot', frames: [], variables: [], watches: [] })
      await Promise.all(agents.map((agent) => agent.send([snapshot])))
      expect(await view(id)).toMatchObject({ hitCount: 1, state: 'ended', losses: [{ reason: 'hit_limit', count: 7 }] })
      expect((await stand.api(`/actions/${id}/hits`)).body.hits).toHaveLength(1)
      expect(await leases(agents, id)).toEqual(agents.map(() => undefined))
    })

    it('leave the dead out: what they have not used goes to the others', async () => {
      const agents = await joined('mortal', 2)
      const { id } = await stand.createLog('mortal', { maxHits: 10 })
      await leases(agents, id)
      const [dead, alive] = agents
      await stand.storage.db.updateTable('agents').set({ last_seen_at_ms: 1 }).where('id', '=', dead!.id).execute()
      await pause()
      await alive!.send([...Array.from({ length: 5 }, () => hitOf(id)), waiting(id, 5)])
      expect(await leases([alive!], id)).toMatchObject([{ hits: 5, last: true }])
    })

    it('count nobody in whose code is not there', async () => {
      const agents = await joined('elsewhere', 2)
      const { id } = await stand.createLog('elsewhere', { maxHits: 10 })
      await leases(agents, id)
      const [other, here] = agents
      await pause()
      const failed = { state: 'failed', code: 'file_not_found', message: 'not here' } as const
      await other!.send([{ kind: 'status', actionId: id, revision: 1, atMs: 1, status: failed }])
      await here!.send([...Array.from({ length: 5 }, () => hitOf(id)), waiting(id, 5)])
      expect(await leases([here!], id)).toMatchObject([{ hits: 5 }])
    })

    /** An agent as ours is: takes its share, asks for more when it is used up, and stops when it is told. */
    async function work(agent: FakeAgent, id: string, size: number): Promise<number> {
      let made = 0
      let deal = -1
      let left = 0
      for (;;) {
        const lease = (await wanted(agent, id))?.lease
        if (lease === undefined) return made
        if (lease.deal !== deal) {
          deal = lease.deal
          left = lease.hits
        }
        const hits = Math.min(left, size)
        left -= hits
        made += hits
        const reports: Report[] = Array.from({ length: hits }, () => hitOf(id))
        if (left === 0) reports.push(waiting(id, made))
        await agent.send(reports)
        await new Promise((resolve) => setTimeout(resolve, left === 0 ? 100 : 5))
      }
    }

    it.each([
      { maxHits: 1, sizes: [1, 1, 1, 1] },
      { maxHits: 7, sizes: [1, 2, 3] },
      { maxHits: 100, sizes: [50, 50, 50, 50, 1] },
      { maxHits: 250, sizes: [100, 1, 1, 10] },
    ])('are exact to the hit while agents race, and little is made in vain: %j', async ({ maxHits, sizes }) => {
      const source = `race-${maxHits}`
      const agents = await joined(source, sizes.length)
      const { id } = await stand.createLog(source, { maxHits })
      const made = await Promise.all(agents.map((agent, i) => work(agent, id, sizes[i] ?? 1)))
      const { hits } = (await stand.api(`/actions/${id}/hits?limit=1000`)).body
      expect([hits.length, (await view(id)).hitCount]).toEqual([maxHits, maxHits])
      const all = made.reduce((sum, each) => sum + each, 0)
      const lost = (await view(id)).losses.find((each: { reason: string }) => each.reason === 'hit_limit')?.count ?? 0
      expect(all).toBe(maxHits + lost)
      // One each that is kept in reserve, and what was on its way when others asked.
      expect(lost).toBeLessThanOrEqual(sizes.reduce((sum, each) => sum + each, 0))
    })

    it('are exact though agents do what they like', async () => {
      const agents = await joined('rebels', 6)
      const { id } = await stand.createLog('rebels', { maxHits: 25 })
      await Promise.all(
        agents.map(async (agent) => {
          for (let i = 0; i < 5; i++) await agent.send([hitOf(id), waiting(id, 1), hitOf(id), hitOf(id)])
        }),
      )
      expect((await stand.api(`/actions/${id}/hits?limit=1000`)).body.hits).toHaveLength(25)
      expect(await view(id)).toMatchObject({ hitCount: 25, losses: [{ reason: 'hit_limit', count: 65 }] })
    })

    it.skipIf(name === 'PGlite')('are exact over replicas, also when one ends on the way', async () => {
      const agents = await joined('replicated', 4)
      const location = new URL(process.env.DATABASE_URL ?? '')
      const { db } = stand.storage
      const { rows } = await import('kysely').then(({ sql }) =>
        sql<{ name: string }>`select current_database() as name`.execute(db),
      )
      location.pathname = `/${rows[0]?.name}`
      const replica = createServer({
        storage: location.href,
        port: 0,
        checks: { expression: () => undefined, format: () => undefined },
      })
      const { url } = await replica.listen()
      const { id } = await stand.createLog('replicated', { maxHits: 60 })
      const send = (at: string, agentId: string, first: number) =>
        fetch(`${at}/agent/v1/frames`, {
          method: 'POST',
          headers: { authorization: `Bearer ${stand.poolKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ protocol: 1, agentId, first, reports: [hitOf(id), hitOf(id), waiting(id, 2)] }),
        })
      await Promise.all(
        agents.map(async ({ id: agentId }, i) => {
          for (let round = 0; round < 15; round++) {
            const first = round * 3 + 1
            // A frame is sent again, unchanged, until it is answered: here, when the replica has gone.
            const sent = i % 2 === 0 ? await send(url, agentId, first).catch(() => undefined) : undefined
            expect((sent ?? (await send(stand.url, agentId, first))).status).toBe(204)
            if (round === 7 && i === 0) await replica.close()
          }
        }),
      )
      expect((await stand.api(`/actions/${id}/hits?limit=1000`)).body.hits).toHaveLength(60)
      expect((await view(id)).hitCount).toBe(60)
    })

    describe('of each agent', () => {
      it('hold beside the one over all, also over edits', async () => {
        const agents = await joined('each', 2)
        const { id } = await stand.createLog('each', { maxHitsPerAgent: 2 })
        const [one, two] = agents
        expect(await wanted(one!, id)).toMatchObject({ maxHits: 2 })
        await one!.send([hitOf(id), hitOf(id), hitOf(id)])
        await two!.send([hitOf(id)])
        expect(await view(id)).toMatchObject({
          state: 'active',
          hitCount: 3,
          maxHitsPerAgent: 2,
          losses: [{ reason: 'hit_limit', count: 1 }],
        })
        await stand.api(`/actions/${id}`, { method: 'PATCH', body: { condition: 'a' } })
        expect(await wanted(one!, id)).toBeUndefined()
        expect(await wanted(two!, id)).toMatchObject({ maxHits: 1, revision: 2 })
        await stand.api(`/actions/${id}`, { method: 'PATCH', body: { maxHitsPerAgent: null } })
        expect((await wanted(one!, id))?.maxHits).toBeUndefined()
      })

      it.each([
        [{ maxHitsPerAgent: 0 }],
        [{ maxHitsPerAgent: MAX_HITS_LIMIT + 1 }],
        [{ task: { type: 'snapshot', watches: [] }, maxHits: MAX_SNAPSHOT_HITS + 1 }],
        [{ task: { type: 'snapshot', watches: [] }, maxHitsPerAgent: MAX_SNAPSHOT_HITS + 1 }],
      ])('are refused beyond what is allowed: %j', async (asked) => {
        const { status, body } = await stand.api('/actions', { body: { ...newLog('tag:x'), ...asked } })
        expect([status, body.code]).toEqual([422, 'limit_invalid'])
      })

      it('take the last value that is allowed', async () => {
        const task = { type: 'snapshot' as const, watches: [] }
        const { id } = await stand.createLog('tag:x', { task, maxHits: MAX_SNAPSHOT_HITS, maxHitsPerAgent: 1 })
        const without = await stand.api(`/actions/${id}`, { method: 'PATCH', body: { maxHits: null } })
        expect(without.body.maxHits).toBe(MAX_SNAPSHOT_HITS)
      })
    })

    describe('who may ignore the quota', () => {
      const asked = () => ({ ...newLog('tag:x'), ignoreQuota: true })

      it('are keys with the permission, and nobody gives it away without', async () => {
        const { key } = (await stand.api('/api-keys', { body: { name: 'plain' } })).body
        for (const [path, body] of [
          ['/actions', asked()],
          ['/api-keys', { name: 'more', permissions: ['ignoreQuota'] }],
        ] as const) {
          const refused = await stand.api(path, { body, key })
          expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
        }
        const { body: trusted } = await stand.api('/api-keys', { body: { name: 'sre', permissions: ['ignoreQuota'] } })
        expect(trusted.permissions).toEqual(['ignoreQuota'])
        const created = await stand.api('/actions', { body: asked(), key: trusted.key })
        expect([created.status, created.body.ignoreQuota]).toEqual([201, true])
        const agent = await stand.joined('quota', { tags: ['x'] })
        expect(await wanted(agent, created.body.id)).toMatchObject({ ignoreQuota: true })
      })

      it('may be switched off by anybody, and edited by nobody else', async () => {
        const { key } = (await stand.api('/api-keys', { body: { name: 'plain too' } })).body
        const { id } = (await stand.api('/actions', { body: asked() })).body
        const patch = (body: unknown) => stand.api(`/actions/${id}`, { method: 'PATCH', body, key })
        expect((await patch({ condition: 'cheap' })).status).toBe(403)
        expect((await stand.api(`/actions/${id}/duplicates`, { body: {}, key })).status).toBe(403)
        expect((await patch({ enabled: false })).body.enabled).toBe(false)
        expect((await patch({ ignoreQuota: false, condition: 'cheap' })).body.ignoreQuota).toBeUndefined()
        expect((await patch({ ignoreQuota: true })).status).toBe(403)
      })
    })

    it('and quotas of a policy reach agents that wait, and refuse nonsense', async () => {
      const agent = await stand.joined('quota-policy')
      const before = (await agent.poll(-1)).state
      const later = agent.poll(before?.version ?? Number.NaN)
      const put = (body: unknown) => stand.api('/policy/quota', { method: 'PUT', body })
      expect((await put({ cpuPercent: 5, bytesPerSecond: 1e6 })).status).toBe(200)
      expect((await later).state?.policy?.quota).toEqual({ cpuPercent: 5, bytesPerSecond: 1e6 })
      for (const body of [{ cpuPercent: 0 }, { cpuPercent: 101 }, { logsPerSecond: -1 }, { bytesPerSecond: '1' }]) {
        expect((await put(body)).body.code).toBe('request_invalid')
      }
      expect((await stand.api('/policy')).body.quota.cpuPercent).toBe(5)
    })
  })
})
