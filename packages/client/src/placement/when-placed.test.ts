import type { ActionStatus, ActionView, AgentView } from '@lightrun/core'
import { describe, expect, test } from 'vitest'
import { actionView, agentView } from '../testing/views.ts'
import { systemClock } from './clock.ts'
import { whenPlaced } from './when-placed.ts'

const placed: ActionStatus = { state: 'placed', engine: 'weave', position: { file: 'src/cart.ts', line: 42 } }
const failed: ActionStatus = { state: 'failed', code: 'no_code_at_line', message: 'nothing there' }
const received: ActionStatus = { state: 'received' }

const one = agentView({ id: 'one' })
const two = agentView({ id: 'two' })

const says = (agentId: string, status: ActionStatus) => ({
  agentId,
  displayName: 'shop',
  connected: true,
  atMs: 1,
  status,
})

/** Each look shows the next state; time passes only by sleeping. */
function watch(agents: AgentView[], looks: ActionView[], timeoutMs = 5_000) {
  let nowMs = 0
  let looked = 0
  const result = whenPlaced({
    agents: async () => agents,
    action: async () => looks[Math.min(looked++, looks.length - 1)] ?? actionView(),
    clock: {
      nowMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms
      },
    },
    timeoutMs,
  })
  return { result, elapsedMs: () => nowMs, looks: () => looked }
}

describe('whenPlaced', () => {
  test('waits for every connected agent it is for, whether it placed or failed', async () => {
    const done = actionView({ agents: [says('one', placed), says('two', failed)] })
    const waiting = [actionView(), actionView({ agents: [says('one', placed)] })]
    const run = watch([one, two], [...waiting, done])
    expect(await run.result).toBe(done)
    expect(run.looks()).toBe(3)
  })

  test('an empty list of statuses is not an answer', async () => {
    const run = watch([one], [actionView({ agents: [] })])
    expect((await run.result).agents).toEqual([])
    expect(run.elapsedMs()).toBe(5_000)
  })

  test('a receipt is not an answer', async () => {
    const run = watch([one], [actionView({ agents: [says('one', received)] })])
    await run.result
    expect(run.elapsedMs()).toBe(5_000)
  })

  test('with nobody connected there is nobody to wait for', async () => {
    const strangers = [agentView({ connected: false }), agentView({ displayName: 'other' })]
    const run = watch(strangers, [actionView()])
    await run.result
    expect(run.elapsedMs()).toBe(0)
  })

  test('an action that ended meanwhile is not waited for', async () => {
    const run = watch([one], [actionView(), actionView({ state: 'ended' })])
    await run.result
    expect(run.looks()).toBe(2)
  })

  test.each([
    [{ kind: 'tag', value: 'prod' } as const, true],
    [{ kind: 'tag', value: 'shop' } as const, false],
    [{ kind: 'agent', value: 'one' } as const, true],
    [{ kind: 'name', value: 'shop' } as const, true],
    [{ kind: 'name', value: 'one' } as const, false],
  ])('an action for %j waits for shop: %s', async (source, waits) => {
    const run = watch([one], [actionView({ source })])
    await run.result
    expect(run.elapsedMs() > 0).toBe(waits)
  })

  test('looks at most some twenty times in five seconds', async () => {
    const run = watch([one], [actionView()])
    await run.result
    expect(run.looks()).toBeLessThan(25)
  })

  test('stops when the signal aborts', async () => {
    const abort = new AbortController()
    const answer = whenPlaced({
      agents: async () => [one],
      action: async () => {
        abort.abort(new Error('enough'))
        return actionView()
      },
      clock: systemClock,
      timeoutMs: 60_000,
      signal: abort.signal,
    })
    await expect(answer).rejects.toThrow('enough')
  })
})
