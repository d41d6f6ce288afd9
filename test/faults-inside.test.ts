import { DEFAULT_POLICY } from '@lightrun/core'
import { afterEach, describe, expect, it } from 'vitest'
import { CHAOS, QUESTIONS } from './support/chaos.ts'
import { COUNTER, type Service, startService } from './support/service.ts'
import { until } from './support/stand.ts'

let service: Service
afterEach(() => service.close())

const askAll = () => Promise.all(QUESTIONS.map(([task, more]) => service.ask(task, more)))
/** Only what the agent says of itself, a line a problem. */
const saysOnly = /^(port \d+|lightrun: .*|)$/
const last = (id: string) => service.statuses(id).at(-1)
const isArmed = async () => (await service.tell('/armed')) > 0

describe('a fault inside the agent', () => {
  it.each([0.002, 0.05, 0.5])(
    'in any built-in it calls (each with a probability of %s): every answer is right, and the process lives',
    async (p) => {
      service = await startService({ args: ['--require', CHAOS], fastTime: 10 })
      await askAll()
      await service.load(200)
      await service.tell('/chaos', p)
      void askAll().catch(() => {})
      await service.load(1_500)
      service.keep()
      await service.load(500)
      expect(await service.tell('/chaos', 0)).toBeGreaterThan(0)
      expect(
        service.app
          .output()
          .split('\n')
          .filter((line) => !saysOnly.test(line)),
      ).toEqual([])
    },
  )
})

describe('a fault in every built-in that the agent calls, for as long as it lasts', () => {
  const itself = /detached itself/
  const isOff = () => until('nothing to be armed', async () => !(await isArmed()) || undefined)
  const saidOnStderr = () => service.app.output().match(/^lightrun: detached itself/gm)

  it('takes the agent off, and it says so to the server and, once, on stderr; every answer is right; it is back by itself', async () => {
    service = await startService({ args: ['--require', CHAOS], fastTime: 10 })
    const { server } = service
    const ids = await askAll()
    await service.load(200)
    await service.tell('/chaos', 1)
    const loaded = service.load(4_000)
    await until('the agent to say so', async () => itself.test(server.hello?.detached?.message ?? '') || undefined)
    await isOff()
    await loaded
    expect(await isArmed()).toBe(false)
    expect(saidOnStderr()).toHaveLength(1)
    const reported = server.reports.length
    await service.load(500)
    expect([saidOnStderr()?.length, server.reports.length]).toEqual([1, reported])

    expect(await service.tell('/chaos', 0)).toBeGreaterThan(0)
    await until('the agent to be back', async () => server.hello?.detached === undefined || undefined)
    await until('what is asked to be placed again', async () => (await isArmed()) || undefined)
    const counter = ids[QUESTIONS.findIndex(([task]) => task === COUNTER)] ?? ''
    const before = service.counted(counter)
    await service.load(100)
    await until('new counts', async () => service.counted(counter) > before || undefined)
  })

  it('is said when the server is there again, where it was gone', async () => {
    service = await startService({ args: ['--require', CHAOS], fastTime: 10 })
    const { server } = service
    await service.ask(COUNTER)
    await server.down()
    await service.tell('/chaos', 1)
    await isOff()
    await until('it to be said on stderr', async () => saidOnStderr() ?? undefined)
    expect(server.hello?.detached).toBeUndefined()
    await server.up()
    await until('the agent to say so', async () => itself.test(server.hello?.detached?.message ?? '') || undefined)
  })

  it('that somebody answers with the kill switch: everything stays off, and is back at once when that is lifted', async () => {
    service = await startService({ args: ['--require', CHAOS] })
    const { server, actions } = service
    await askAll()
    await service.tell('/chaos', 1)
    await service.load(100)
    await until('the agent to say so', async () => itself.test(server.hello?.detached?.message ?? '') || undefined)
    await service.tell('/chaos', 0)
    server.want(actions, { ...DEFAULT_POLICY, detached: true })
    await until('the policy', async () => server.hello?.detached?.message.includes('by the policy') || undefined)
    server.want(actions, DEFAULT_POLICY)
    await until('what is asked to be placed again', async () => (await isArmed()) || undefined)
    await until('the agent to say so', async () => server.hello?.detached === undefined || undefined)
  })
})

/** Longest time from the policy to the last probe; the promise is a second. */
const AT_ONCE_MS = 1_000

it('the kill switch takes every probe off within a second, under load, and nothing is counted afterwards; all comes back', async () => {
  service = await startService()
  const { server } = service
  const ids = await askAll()
  const counter = ids[QUESTIONS.findIndex(([task]) => task === COUNTER)] ?? ''
  const from = await service.tell('/calls')
  const loaded = service.load(3_000)
  await until('a count', async () => service.counted(counter) > 0 || undefined)
  const { actions, policy } = { actions: service.actions, policy: { ...DEFAULT_POLICY, detached: true } }
  const startMs = performance.now()
  server.want(actions, policy)
  await until('nothing to be armed', async () => !(await isArmed()) || undefined)
  expect(performance.now() - startMs).toBeLessThan(AT_ONCE_MS)
  const calls = await service.tell('/calls')
  await until('each action to say so', async () => ids.every((id) => last(id)?.state === 'ended') || undefined)
  expect(last(counter)).toMatchObject({ reason: 'detached', message: expect.stringContaining('by the policy') })
  expect(server.hello?.detached?.message).toContain('by the policy')
  const reported = server.reports.filter(({ kind }) => kind !== 'loss').length
  await loaded
  await service.load(1_500)
  expect(await service.tell('/calls')).toBeGreaterThan(calls)
  expect(server.reports.filter(({ kind }) => kind !== 'loss')).toHaveLength(reported)
  expect(service.counted(counter)).toBeLessThanOrEqual(calls - from)

  server.want(actions, DEFAULT_POLICY)
  await until('all to be placed', async () => ids.every((id) => last(id)?.state === 'placed') || undefined)
  const before = service.counted(counter)
  await service.load(200)
  await until('new counts', async () => service.counted(counter) > before || undefined)
  expect(server.hello?.detached).toBeUndefined()
})
