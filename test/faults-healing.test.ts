import { DEFAULT_POLICY } from '@lightrun/core'
import fc from 'fast-check'
import { afterEach, it } from 'vitest'
import { CHAOS, QUESTIONS } from './support/chaos.ts'
import { LOG, type Service, startService } from './support/service.ts'
import { until } from './support/stand.ts'

/** Of the test. To the agent it is ten times as long. */
const HEALED_MS = 8_000

let service: Service
afterEach(() => service.close())

/** Another set of questions, or another policy, while each built-in that the agent calls throws with this probability. */
const step = fc.record({
  p: fc.constantFrom(0, 0.002, 0.02, 0.1, 0.5, 1),
  asked: fc.subarray([...QUESTIONS.keys()]),
  policy: fc.constantFrom('as before', 'other redaction', 'detached'),
  ms: fc.integer({ min: 50, max: 600 }),
})

it('whatever was thrown inside the agent, and when: once it is over, a new question is placed and answered, and an old one is gone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
      service = await startService({ args: ['--require', CHAOS], fastTime: 1 })
      const { server } = service
      let redactions = 0
      for (const { p, asked, policy, ms } of steps) {
        await service.tell('/chaos', p)
        service.want(
          asked.map((index) => QUESTIONS[index] as (typeof QUESTIONS)[number]),
          policy === 'as before'
            ? undefined
            : {
                ...DEFAULT_POLICY,
                detached: policy === 'detached',
                redaction: { ...DEFAULT_POLICY.redaction, names: [`n${++redactions}`] },
              },
        )
        await service.load(ms)
      }
      await service.tell('/chaos', 0)
      const dump = () =>
        `${JSON.stringify(server.hello?.detached)}\n${service.app.output()}\n${JSON.stringify(server.reports.filter(({ kind }) => kind !== 'hit').slice(-30), null, 0)}`
      try {
        server.want([], DEFAULT_POLICY)
        await until(
          'everything to be removed',
          async () => (await service.tell('/armed')) === 0 || undefined,
          HEALED_MS,
        )
        const [id = ''] = service.want([[LOG]], DEFAULT_POLICY)
        const isPlaced = () => service.statuses(id).some(({ state }) => state === 'placed')
        const isOff = () => server.hello?.detached !== undefined || service.statuses(id).at(-1)?.state === 'ended'
        await until('the question to be placed, or refused', async () => isPlaced() || isOff() || undefined, HEALED_MS)
        if (!isPlaced()) {
          // It has said why, and how it is attached again.
          server.want(service.actions, { ...DEFAULT_POLICY, detached: true })
          await until(
            'the policy',
            async () => server.hello?.detached?.message.includes('policy') || undefined,
            HEALED_MS,
          )
          server.want(service.actions, DEFAULT_POLICY)
          await until('the question to be placed', async () => isPlaced() || undefined, HEALED_MS)
        }
        await service.load(50)
        await until('a hit', async () => service.hits(id).length > 0 || undefined, HEALED_MS)
      } catch (error) {
        throw new Error(`${String(error)}\n${dump()}`)
      } finally {
        await service.close()
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 8), endOnFailure: true },
  )
}, 600_000)
