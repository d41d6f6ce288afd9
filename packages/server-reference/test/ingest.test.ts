import { AGENT_FRAMES_PATH, createRecorder, type HitView, MAX_UP_FRAME_BYTES, type Report } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { hitOf, scratchStand } from './stand.ts'
import { STORAGES } from './storages.ts'

function distributionOf(values: readonly number[]) {
  const recorder = createRecorder()
  for (const value of values) recorder.record(value)
  return recorder.take()
}

describe.each(STORAGES)('ingestion on $name', ({ isMissing, create }) => {
  describe.skipIf(isMissing)('', () => {
    const stand = scratchStand(create)

    const hitsOf = async (id: string): Promise<HitView[]> =>
      (await stand.api(`/actions/${id}/hits?limit=1000`)).body.hits
    const textsOf = async (id: string) =>
      (await hitsOf(id)).map(({ data }) => (data.type === 'log' ? data.text : data.type))
    const view = async (id: string) => (await stand.api(`/actions/${id}`)).body

    it('asks an agent it does not know for a hello, and stores nothing until then', async () => {
      const agent = stand.agent('newcomer')
      const { id } = await stand.createLog('tag:x')
      expect((await agent.send([hitOf(id)])).body).toMatchObject({ status: 404, code: 'agent_unknown' })
      expect((await agent.poll(-1)).status).toBe(404)
      expect((await agent.join()).status).toBe(204)
      expect((await agent.poll(-1)).status).toBe(200)
    })

    it('stores each number once, whatever is repeated', async () => {
      const agent = await stand.joined('repeats')
      const { id } = await stand.createLog('repeats')
      const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((text) => hitOf(id, text)) as [Report, Report, Report, Report]
      await agent.send([a, b], { first: 1 })
      await agent.send([a, b], { first: 1 })
      await agent.send([b, c], { first: 2 })
      await agent.send([d], { first: 10 })
      await agent.send([a], { first: 3 })
      expect(await textsOf(id)).toEqual(['a', 'b', 'c', 'd'])
    })

    it('stores the same frame once when it comes many times at once', async () => {
      const agent = stand.agent('stampede')
      const { id } = await stand.createLog('tag:x').then(async () => {
        await agent.join()
        return stand.createLog('stampede')
      })
      const reports = Array.from({ length: 20 }, (_, index) => hitOf(id, String(index)))
      const replies = await Promise.all(Array.from({ length: 8 }, () => agent.send(reports, { first: 1 })))
      expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(204))
      expect(await textsOf(id)).toEqual(reports.map((_, index) => String(index)))
    })

    it('registers an agent once when its first frames come at once', async () => {
      const agent = stand.agent('twins')
      const replies = await Promise.all(Array.from({ length: 6 }, () => agent.join()))
      expect(replies.map(({ status }) => status)).toEqual(Array(6).fill(204))
      const { agents } = (await stand.api('/agents')).body
      expect(agents.filter(({ id }: { id: string }) => id === agent.id)).toHaveLength(1)
    })

    it('keeps every character of what was captured', async () => {
      const agent = await stand.joined('characters')
      const { id } = await stand.createLog('characters')
      const text = 'nul \0, lone \ud800 surrogate, \u2028, 🙂, "quotes", \\u0000'
      expect((await agent.send([hitOf(id, text)])).status).toBe(204)
      expect(await textsOf(id)).toEqual([text])
    })

    it('adds up counts, losses and statuses', async () => {
      const agent = await stand.joined('sums')
      const { id } = await stand.createLog('sums', { task: { type: 'counter', name: 'n' } })
      const of = { actionId: id, revision: 1, atMs: 5 }
      const hitting = { state: 'hitting', engine: 'weave', position: { file: 'a.ts', line: 1 } } as const
      const reports: Report[] = [
        { kind: 'status', ...of, status: { state: 'received' } },
        { kind: 'count', ...of, count: 3 },
        { kind: 'loss', ...of, reason: 'throttled', count: 2 },
        { kind: 'count', ...of, count: 4 },
        { kind: 'status', ...of, atMs: 6, status: hitting },
      ]
      await agent.send(reports)
      await agent.send(reports.slice(1, 3))
      expect(await view(id)).toMatchObject({
        hitCount: 10,
        losses: [{ reason: 'throttled', count: 4 }],
        agents: [{ agentId: agent.id, displayName: 'sums', connected: true, atMs: 6, status: hitting }],
      })
    })

    it('adds up what is measured, over frames and agents, each once', async () => {
      const [one, two] = await Promise.all([stand.joined('measuring'), stand.joined('measuring')])
      const task = { type: 'metric' as const, name: 'n', expression: 'cart.total' }
      const { id } = await stand.createLog('measuring', { task })
      const measured = (atMs: number, ...values: number[]): Report => {
        const value = distributionOf(values)
        return { kind: 'metric', actionId: id, revision: 1, atMs, series: value === undefined ? {} : { value } }
      }
      await one.send([measured(5, 1, 2), measured(10)], { first: 1 })
      await one.send([measured(5, 1, 2), measured(10)], { first: 1 })
      await one.send([measured(15, 3)], { first: 3 })
      await two.send([measured(15, 10)])
      const metrics = (await stand.api(`/actions/${id}/metrics`)).body
      expect(metrics.total.value).toMatchObject({ count: 4, sum: 16, min: 1, max: 10, mean: 4 })
      expect(metrics.agents).toHaveLength(2)
      // Which of the two came first is not known.
      for (const [{ id: agentId }, value] of [[one, { count: 3, max: 3 }] as const, [two, { count: 1 }] as const]) {
        expect(metrics.agents).toContainEqual(
          expect.objectContaining({
            agentId,
            agentName: 'measuring',
            series: { value: expect.objectContaining(value) },
          }),
        )
      }
      expect(await view(id)).toMatchObject({ hitCount: 4 })
      const points = (await stand.api(`/actions/${id}/metrics/points?limit=2`)).body
      expect(points).toMatchObject({
        points: [
          { agentId: one.id, atMs: 10, series: { value: { count: 2, sum: 3 } } },
          { agentId: one.id, atMs: 15, series: { value: { count: 1 } } },
        ],
        next: points.points[1].id,
      })
      const rest = (await stand.api(`/actions/${id}/metrics/points?after=${points.next}`)).body
      expect(rest).toMatchObject({ points: [{ agentId: two.id, atMs: 15 }] })
      expect(rest.next).toBeUndefined()
      expect((await stand.api(`/actions/${id}/metrics/points?limit=0`)).status).toBe(400)
      expect((await stand.api('/actions/none/metrics')).status).toBe(404)
    })

    it('ends a measurement at its limit, with what reached it', async () => {
      const agent = await stand.joined('measured-out')
      const task = { type: 'duration' as const, name: 'checkout' }
      const { id } = await stand.createLog('measured-out', { task, maxHits: 3 })
      const of = { kind: 'metric', actionId: id, revision: 1, atMs: 1 } as const
      const calls = (...values: number[]) => {
        const distribution = distributionOf(values)
        if (distribution === undefined) throw new Error('no values')
        return distribution
      }
      await agent.send([{ ...of, series: { returned: calls(1, 2), thrown: calls(3, 4) } }])
      await agent.send([{ ...of, series: { returned: calls(5) } }])
      const metrics = (await stand.api(`/actions/${id}/metrics`)).body
      expect(metrics.total).toMatchObject({ returned: { count: 2 }, thrown: { count: 2 } })
      expect(await view(id)).toMatchObject({
        state: 'ended',
        hitCount: 4,
        losses: [{ reason: 'hit_limit', count: 1 }],
      })
    })

    it('survives counts beyond all numbers', async () => {
      const agent = await stand.joined('beyond')
      const { id } = await stand.createLog('beyond', { task: { type: 'counter', name: 'n' } })
      const count: Report = { kind: 'count', actionId: id, revision: 1, atMs: 1, count: Number.MAX_SAFE_INTEGER }
      const loss: Report = { ...count, kind: 'loss', reason: 'throttled' }
      for (let i = 0; i < 2; i++) expect((await agent.send([count, count, loss, loss])).status).toBe(204)
      expect(await view(id)).toMatchObject({
        hitCount: Number.MAX_SAFE_INTEGER,
        losses: [{ count: Number.MAX_SAFE_INTEGER }],
      })
    })

    it('keeps the hit limit over all agents, counts what came after, and ends the action', async () => {
      const agents = await Promise.all(['limited', 'limited', 'limited'].map((name) => stand.joined(name)))
      const { id } = await stand.createLog('limited', { maxHits: 10 })
      await Promise.all(agents.map((agent) => agent.send(Array.from({ length: 6 }, () => hitOf(id)))))
      expect(await hitsOf(id)).toHaveLength(10)
      expect(await view(id)).toMatchObject({
        state: 'ended',
        hitCount: 10,
        losses: [{ reason: 'hit_limit', count: 8 }],
      })
      expect((await agents[0]?.poll(-1))?.state?.actions).toEqual([])
      const on = await stand.api(`/actions/${id}`, { method: 'PATCH', body: { enabled: true } })
      expect(on.body.state).toBe('ended')
      await stand.api(`/actions/${id}`, { method: 'PATCH', body: { enabled: false } })
      const again = await stand.api(`/actions/${id}`, { method: 'PATCH', body: { enabled: true } })
      expect(again.body).toMatchObject({ code: 'limit_invalid', status: 422 })
    })

    it('ends a counter at its limit, to the pass', async () => {
      const agent = await stand.joined('counted')
      const { id } = await stand.createLog('counted', { task: { type: 'counter', name: 'n' }, maxHits: 5 })
      await agent.send([{ kind: 'count', actionId: id, revision: 1, atMs: 1, count: 7 }])
      expect(await view(id)).toMatchObject({
        state: 'ended',
        hitCount: 5,
        losses: [{ reason: 'hit_limit', count: 2 }],
      })
    })

    it('drops what is about no action of this agent, says so in its log, and keeps the rest', async () => {
      const agent = await stand.joined('strict')
      await stand.joined('bystander')
      const { id } = await stand.createLog('strict')
      const { id: others } = await stand.createLog('bystander')
      const { id: counter } = await stand.createLog('strict', { task: { type: 'counter', name: 'n' } })
      const reply = await agent.send([hitOf('gone'), hitOf('n\0l'), hitOf(others), hitOf(counter), hitOf(id, 'kept')])
      expect(reply.status).toBe(204)
      expect(await textsOf(id)).toEqual(['kept'])
      expect(await hitsOf(others)).toEqual([])
      expect(await hitsOf(counter)).toEqual([])
      expect(stand.log.some((line) => line.includes('"dropped":4'))).toBe(true)
    })

    it('loses no acknowledged hit and never fails while an action is deleted under it', async () => {
      const agents = await Promise.all(['race', 'race', 'race', 'race'].map((name) => stand.joined(name)))
      for (let round = 0; round < 5; round++) {
        const { id } = await stand.createLog('race')
        const sending = agents.map((agent) => agent.send([hitOf(id), hitOf(id)]))
        const deleting = stand.api(`/actions/${id}`, { method: 'DELETE' })
        expect((await deleting).status).toBe(204)
        expect((await Promise.all(sending)).map(({ status }) => status)).toEqual([204, 204, 204, 204])
      }
      const left = await stand.storage.db
        .selectFrom('hits')
        .leftJoin('actions', 'actions.id', 'hits.action_id')
        .select('hits.id')
        .where('actions.id', 'is', null)
        .execute()
      expect(left).toEqual([])
    })

    it('gives a reader that pages while others write every hit, in order', async () => {
      const agents = await Promise.all(['busy', 'busy', 'busy', 'busy'].map((name) => stand.joined(name)))
      const { id } = await stand.createLog('busy')
      let isWriting = true
      const writing = Promise.all(
        agents.map(async (agent) => {
          for (let i = 0; i < 10; i++) await agent.send([hitOf(id), hitOf(id), hitOf(id)])
        }),
      ).finally(() => {
        isWriting = false
      })
      const seen: number[] = []
      for (let wasWriting = true; wasWriting; ) {
        wasWriting = isWriting
        const { body } = await stand.api(`/actions/${id}/hits?limit=1000&after=${seen.at(-1) ?? 0}`)
        seen.push(...body.hits.map((hit: HitView) => hit.id))
      }
      await writing
      expect(seen).toHaveLength(120)
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
    })

    describe('frames that are not ours', () => {
      const post = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
        fetch(stand.url + AGENT_FRAMES_PATH, {
          method: 'POST',
          body,
          headers: { authorization: `Bearer ${stand.poolKey}`, 'content-type': type },
        })
      const frame = (change: object) => {
        const { hello } = stand.agent('hostile')
        return JSON.stringify({ protocol: 1, agentId: 'x'.repeat(16), hello, first: 1, reports: [], ...change })
      }

      it.each([
        ['nothing', () => '', 400, 'frame_invalid'],
        ['no JSON', () => '{', 400, 'frame_invalid'],
        ['no UTF-8', () => new Uint8Array([0xff, 0xfe]), 400, 'frame_invalid'],
        ['another shape', () => '[]', 400, 'frame_invalid'],
        ['a prototype', () => '{"__proto__": {"protocol": 1}}', 400, 'frame_invalid'],
        ['nesting', () => '['.repeat(500_000), 400, 'frame_invalid'],
        ['another protocol', () => frame({ protocol: 2 }), 400, 'protocol_unsupported'],
        ['an agent id that is none', () => frame({ agentId: "'; drop table hits" }), 400, 'frame_invalid'],
        ['a sequence beyond numbers', () => frame({ first: Number.MAX_SAFE_INTEGER }), 400, 'frame_invalid'],
        ['a sequence below', () => frame({ first: 0 }), 400, 'frame_invalid'],
        ['too much', () => frame({ padding: 'x'.repeat(MAX_UP_FRAME_BYTES) }), 413, 'frame_too_large'],
        [
          'a name the database cannot hold',
          () => frame({ hello: { ...stand.agent('a\0b').hello } }),
          400,
          'frame_invalid',
        ],
      ])('%s is refused with a code', async (_what, body, status, code) => {
        const reply = await post(body())
        expect([reply.status, await reply.json()]).toMatchObject([status, { code, status }])
      })

      it('in another media type are refused', async () => {
        const reply = await post(frame({}), 'text/plain')
        expect([reply.status, await reply.json()]).toMatchObject([415, { code: 'request_invalid' }])
      })

      it('may not ask for nonsense either', async () => {
        for (const query of ['', '?agent=a&after=1', `?agent=${'x'.repeat(20)}&after=-2`, '?agent=1&agent=2&after=1']) {
          const reply = await fetch(`${stand.url}${AGENT_FRAMES_PATH}${query}`, {
            headers: { authorization: `Bearer ${stand.poolKey}` },
          })
          expect([reply.status, await reply.json()]).toMatchObject([400, { code: 'request_invalid' }])
        }
      })
    })
  })
})
