import { type AgentInfo, LONG_POLL_SECONDS } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { AGENT_EXPIRY_MS, WORKER_LISTED_MS } from '../src/agents/limits.ts'
import { createManualClock } from './manual-clock.ts'
import { type FakeAgent, scratchStand } from './stand.ts'
import { STORAGES } from './storages.ts'

describe.each(STORAGES)('the desired state on $name', ({ isMissing, create }) => {
  describe.skipIf(isMissing)('', () => {
    const clock = createManualClock()
    const stand = scratchStand(create, { clock })

    const versionOf = async (agent: FakeAgent) => (await agent.poll(-1)).state?.version ?? Number.NaN
    const isConnected = async (agent: FakeAgent) =>
      (await stand.api('/agents')).body.agents.find(({ id }: { id: string }) => id === agent.id)?.connected
    /** Until the server has taken the poll: it is what makes an agent connected whatever the time. */
    const pollIsOpen = async (agent: FakeAgent) => {
      clock.advance(AGENT_EXPIRY_MS)
      while (!(await isConnected(agent))) await new Promise((resolve) => setImmediate(resolve))
    }
    /** Until the server has heard that the agent left, and then for as long as it takes to count as gone. */
    const isGone = async (agent: FakeAgent) => {
      do clock.advance(AGENT_EXPIRY_MS)
      while (await isConnected(agent))
    }

    it('wakes a poll that waits, with the new action', async () => {
      const agent = await stand.joined('waits')
      const waiting = agent.poll(await versionOf(agent))
      const { id, expiresAtMs, createdAtMs } = await stand.createLog('waits', { condition: 'a', maxHits: 3 })
      const { state } = await waiting
      expect(state?.serverTimeMs).toBe(clock.now())
      expect(state?.actions).toEqual([
        {
          id,
          revision: 1,
          position: { file: 'src/cart.ts', line: 42 },
          task: { type: 'log', format: 'total {total}', level: 'info', targets: ['server'] },
          condition: 'a',
          expiresAtMs,
          lease: { deal: createdAtMs, hits: 3, last: true },
        },
      ])
    })

    it('holds only what is for the agent: by id, by name, by tag', async () => {
      const agent = await stand.joined('picky', { tags: ['green', 'new'] })
      await stand.joined('other', { tags: ['red'] })
      const wanted = [
        (await stand.createLog(agent.id)).id,
        (await stand.createLog('picky')).id,
        (await stand.createLog('tag:green')).id,
      ]
      await stand.createLog('other')
      await stand.createLog('tag:red')
      await stand.createLog('tag:gree')
      expect((await agent.poll(-1)).state?.actions.map(({ id }) => id).sort()).toEqual(wanted.sort())
    })

    it('leaves out what is disabled, deleted or expired', async () => {
      const agent = await stand.joined('leaving')
      const [a, b, c, d] = await Promise.all(
        [60, 60, 5, 60].map((s) => stand.createLog('leaving', { expireSeconds: s })),
      )
      await stand.api(`/actions/${a.id}`, { method: 'PATCH', body: { enabled: false } })
      await stand.api(`/actions/${b.id}`, { method: 'DELETE' })
      clock.advance(5_000)
      expect((await agent.poll(-1)).state?.actions.map(({ id }) => id)).toEqual([d.id])
      expect((await stand.api(`/actions/${c.id}`)).body.state).toBe('expired')
      const back = await stand.api(`/actions/${a.id}`, { method: 'PATCH', body: { enabled: true } })
      expect((await agent.poll(-1)).state?.actions).toContainEqual(
        expect.objectContaining({ id: a.id, revision: back.body.revision }),
      )
    })

    it('has a version that only grows, whatever races', async () => {
      const agent = await stand.joined('races')
      const { id } = await stand.createLog('races')
      let isOver = false
      const versions: number[] = [await versionOf(agent)]
      const polling = (async () => {
        while (!isOver) {
          const { state } = await agent.poll(versions.at(-1) ?? -1)
          if (state !== undefined) versions.push(state.version)
        }
      })()
      const toggle = (enabled: boolean) => stand.api(`/actions/${id}`, { method: 'PATCH', body: { enabled } })
      for (let round = 0; round < 10; round++) {
        await Promise.all([toggle(false), stand.createLog('tag:elsewhere'), toggle(true)])
      }
      isOver = true
      await stand.createLog('races')
      await polling
      const { state } = await agent.poll((versions.at(-1) ?? 0) - 1)
      if (state !== undefined && state.version > (versions.at(-1) ?? 0)) versions.push(state.version)
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
      const last = await agent.poll(-1)
      expect(versions.at(-1)).toBe(last.state?.version)
    })

    it('does not make a poll wait that is behind', async () => {
      const agent = await stand.joined('behind')
      const version = await versionOf(agent)
      expect((await agent.poll(version - 1)).state?.version).toBe(version)
    })

    it('ends a poll with nothing new after the agreed time', async () => {
      const agent = await stand.joined('patient')
      const waiting = agent.poll(await versionOf(agent))
      await pollIsOpen(agent)
      clock.advance(LONG_POLL_SECONDS * 1_000)
      expect(await waiting).toEqual({ status: 204 })
    })

    it('follows an agent that says hello under new tags', async () => {
      const agent = await stand.joined('renamed')
      const { id } = await stand.createLog('tag:canary')
      const waiting = agent.poll(await versionOf(agent))
      agent.hello.tags.push('canary')
      await agent.join()
      expect((await waiting).state?.actions.map((action) => action.id)).toEqual([id])
    })

    it('counts an agent as connected while it polls, and for a while after its last word', async () => {
      const agent = await stand.joined('present')
      const version = await versionOf(agent)
      clock.advance(AGENT_EXPIRY_MS - 1)
      expect(await isConnected(agent)).toBe(true)
      clock.advance(1)
      expect(await isConnected(agent)).toBe(false)
      const leaving = new AbortController()
      const waiting = agent.poll(version, leaving.signal).catch(() => undefined)
      await pollIsOpen(agent)
      leaving.abort()
      await waiting
      await isGone(agent)
    })

    it('lists a worker thread for a minute after its last word, its process for a day', async () => {
      const process = await stand.joined('of threads')
      const worker = stand.agent('of threads')
      worker.hello.worker = { threadId: 3, processAgentId: process.id }
      await worker.join()
      const listed = async () =>
        (await stand.api('/agents')).body.agents
          .filter(({ displayName }: AgentInfo) => displayName === 'of threads')
          .map(({ id }: { id: string }) => id)
      clock.advance(WORKER_LISTED_MS - 1)
      expect(await listed()).toEqual(expect.arrayContaining([process.id, worker.id]))
      clock.advance(1)
      expect(await listed()).toEqual([process.id])
      await worker.send([])
      expect(await listed()).toHaveLength(2)
    })

    it('ends the older of two polls of one agent', async () => {
      const agent = await stand.joined('twice')
      const version = await versionOf(agent)
      const first = agent.poll(version)
      await pollIsOpen(agent)
      const second = agent.poll(version)
      expect(await first).toEqual({ status: 204 })
      await stand.createLog('twice')
      expect((await second).status).toBe(200)
    })

    it('refuses more live actions than an agent takes in one frame, and makes room again', async () => {
      const watches = Array.from({ length: 32 }, () => 'x'.repeat(2_000))
      const large = { task: { type: 'snapshot', watches } } as const
      const made: string[] = []
      const full = await (async () => {
        for (;;) {
          const body = { source: 'tag:full', position: { file: 'a.js', line: 1 }, ...large }
          const reply = await stand.api('/actions', { body })
          if (reply.status !== 201) return reply
          made.push(reply.body.id)
        }
      })()
      expect(full.body).toMatchObject({ status: 422, code: 'limit_invalid' })
      expect(made.length).toBeGreaterThan(40)
      const agent = await stand.joined('full', { tags: ['full'] })
      expect((await agent.poll(-1)).state?.actions).toHaveLength(made.length)
      await stand.api(`/actions/${made[0]}`, { method: 'DELETE' })
      await stand.createLog('tag:full')
    })
  })
})
