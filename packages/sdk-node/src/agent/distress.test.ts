import { type AgentInfo, type Delivery, decodeUpFrame } from '@lightrun/core'
import { expect, it, vi } from 'vitest'
import { createDistress, DISTRESS_AFTER_MS, MAX_DISTRESS_PAUSE_MS } from './distress.ts'

const hello: AgentInfo = {
  displayName: 'the "shop"',
  tags: [],
  hostname: 'h',
  pid: 1,
  runtime: { name: 'node', version: '20' },
  sdkVersion: '0',
  startedAtMs: 0,
}
const detached = { sinceMs: 7, message: 'detached itself: a\n"b"\\c\ud800é' }

function setUp() {
  let now = 0
  let answer: Delivery = { status: 'retry' }
  const sent: { atMs: number; frame: Uint8Array }[] = []
  const distress = createDistress({
    agentId: 'agent-0123456789',
    hello,
    send: async (frame) => {
      sent.push({ atMs: now, frame })
      return answer
    },
    nowMs: () => now,
  })
  /** A tick a second, for so long. */
  const pass = async (ms: number, isSaid = false) => {
    for (const end = now + ms; now < end; now += 1_000) {
      distress.tick(isSaid)
      await Promise.resolve()
      await Promise.resolve()
    }
  }
  return { distress, sent, pass, accept: () => (answer = { status: 'accepted' }) }
}

it('says hello, and why everything is off, where the usual hello was not accepted in time', async () => {
  const { distress, sent, pass, accept } = setUp()
  accept()
  distress.detach(detached)
  await pass(10_000)
  expect(sent).toHaveLength(1)
  expect(sent[0]?.atMs).toBe(DISTRESS_AFTER_MS)
  expect(decodeUpFrame(sent[0]?.frame ?? new Uint8Array())).toEqual({
    ...{ protocol: 1, agentId: 'agent-0123456789', first: 1, reports: [] },
    hello: { ...hello, detached: { sinceMs: 7, message: 'detached itself: a  b  c  ' } },
  })
})

it('says nothing where the usual hello was accepted, or all is well again', async () => {
  const { distress, sent, pass } = setUp()
  distress.detach(detached)
  await pass(DISTRESS_AFTER_MS)
  await pass(10_000, true)
  await pass(10_000)
  distress.detach(detached)
  distress.detach(undefined)
  await pass(10_000)
  expect(sent).toEqual([])
})

it('is said again until it is accepted, ever more rarely', async () => {
  const { distress, sent, pass, accept } = setUp()
  distress.detach(detached)
  await pass(120_000)
  const pauses = sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0))
  expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30].map((seconds) => seconds * 1_000))
  accept()
  await pass(MAX_DISTRESS_PAUSE_MS + 1_000)
  const count = sent.length
  await pass(120_000)
  expect(sent).toHaveLength(count)
})

it('calls nothing that can be replaced', async () => {
  const { distress, sent, pass } = setUp()
  const broken = () => {
    throw new Error('replaced')
  }
  const spies = [
    vi.spyOn(JSON, 'stringify').mockImplementation(broken),
    vi.spyOn(TextEncoder.prototype, 'encode').mockImplementation(broken),
    vi.spyOn(Math, 'min').mockImplementation(broken),
    vi.spyOn(String.prototype, 'replace').mockImplementation(broken),
  ]
  try {
    distress.detach(detached)
    await pass(5_000)
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  expect(sent.length).toBeGreaterThan(0)
})
