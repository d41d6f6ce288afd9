import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { openStorage, parseStorage } from '../src/storage/open-storage.ts'
import { describeStorage } from './storage-conformance.ts'
import { STORAGES } from './storages.ts'

for (const storage of STORAGES) describeStorage(storage)

const open = (location: string) => openStorage(location, { clock: systemClock, log: pino({ level: 'silent' }) })

describe('a storage address', () => {
  it.each(['', 'pglite:', 'mysql://x', './data', 'postgres:/x'])('%j is refused', (text) => {
    expect(() => parseStorage(text)).toThrow(expect.objectContaining({ code: 'storage_invalid' }))
  })
  it('is shown without its password', () => {
    expect(parseStorage('postgres://me:secret@db.local:5433/lr').label).toBe('postgres://db.local:5433/lr')
  })
})

it('says when PostgreSQL is not there, without the password', async () => {
  const error = await open('postgres://me:secret@127.0.0.1:1/none').catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'storage_unreachable' })
  expect(error.message).not.toContain('secret')
})

describe.skipIf(STORAGES[1]?.isMissing)('several replicas on PostgreSQL', () => {
  it('start at once, and wake each other', async () => {
    const scratch = await STORAGES[1]?.create()
    if (scratch === undefined) throw new Error('no PostgreSQL')
    const replicas = await Promise.all([1, 2, 3].map(() => open(scratch.location)))
    try {
      const [here, there] = replicas
      // Until the other one listens; a wake-up that comes earlier is healed by its look at the versions.
      const woken = new Promise<void>((resolve) => there?.changes.subscribe('org', resolve))
      let isWoken = false
      void woken.then(() => {
        isWoken = true
      })
      while (!isWoken) {
        here?.changes.publish('org')
        await new Promise((resolve) => setImmediate(resolve))
      }
    } finally {
      await Promise.all(replicas.map((replica) => replica.close()))
      await scratch.remove()
    }
  })
})
