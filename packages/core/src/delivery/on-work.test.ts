import { expect, it } from 'vitest'
import type { AgentInfo } from '../model/agent-info.ts'
import { createManualTimers } from '../time/manual-timers.ts'
import { createDelivery } from './create-delivery.ts'
import { createReportQueue } from './report-queue.ts'

it('a delivery tells how long a frame was worked at in one piece, and not how long it was waited for', async () => {
  const timers = createManualTimers()
  let workedMs = 0
  const told: number[] = []
  const delivery = createDelivery({
    agentId: 'agent-0123456789',
    hello: () => ({ displayName: 'shop' }) as AgentInfo,
    queue: createReportQueue({ now: () => 0 }),
    timers: { ...timers, nowMs: () => timers.nowMs() + workedMs },
    onFault() {},
    onWork: (ms) => told.push(ms),
    transport: {
      async send() {
        workedMs += 3
        await new Promise<void>((resolve) => timers.after(1_000, resolve))
        return { status: 'accepted' }
      },
      receive: () => Promise.reject(new Error('not asked for')) as never,
    },
  })
  const stop = new AbortController()
  const running = delivery.start(stop.signal)
  await timers.advance(2_000)
  expect(told).toEqual([3])
  stop.abort()
  await running
})
