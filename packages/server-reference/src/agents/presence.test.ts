import { expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { AGENT_EXPIRY_MS, AGENT_LOST_MS } from './limits.ts'
import { createPresence } from './presence.ts'

const START_MS = 1_000_000

function setUp() {
  const clock = createManualClock(START_MS)
  const presence = createPresence(clock)
  const isConnected = (lastSeenAtMs = START_MS) => presence.isConnected({ id: 'a', lastSeenAtMs })
  return { clock, presence, isConnected }
}

it('an agent that waits here is connected, however long ago it last said something', async () => {
  const { clock, presence, isConnected } = setUp()
  presence.enter('a')
  clock.advance(10 * AGENT_EXPIRY_MS)
  expect(isConnected()).toBe(true)
})

it('an agent between two polls has the agent expiry', async () => {
  const { clock, presence, isConnected } = setUp()
  presence.enter('a').leave()
  clock.advance(AGENT_EXPIRY_MS - 1)
  expect(isConnected()).toBe(true)
  clock.advance(1)
  expect(isConnected()).toBe(false)
})

it('an agent that broke off is gone soon, unless it comes back or says something', async () => {
  const { clock, presence, isConnected } = setUp()
  const { leave } = presence.enter('a')
  presence.lost('a')
  leave()
  clock.advance(AGENT_LOST_MS - 1)
  expect(isConnected()).toBe(true)
  clock.advance(1)
  expect(isConnected()).toBe(false)
  expect(isConnected(clock.now())).toBe(true)
  presence.enter('a').leave()
  expect(isConnected()).toBe(true)
})
