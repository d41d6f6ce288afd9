import fc from 'fast-check'
import { expect, test } from 'vitest'
import { weave } from '../src/index.ts'
import type { ContextProgram } from './differential/context-program.ts'
import { ALL_ARMED, DORMANT } from './differential/harness.ts'
import { judge } from './differential/judge.ts'
import { randomProgram } from './differential/random-program/random-program.ts'
import { runInContext } from './differential/run-in-context.ts'

const run = runInContext()

const AGREES = { status: 'agrees', outcome: expect.objectContaining({ probes: expect.objectContaining({ woven: 1 }) }) }

/** More with `RUNS=5000`. */
const numRuns = Number(process.env.RUNS ?? 250)

test('a random program behaves the same unwoven, dormant, armed, and armed in part', { timeout: 600_000 }, async () => {
  let ran = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(0xffff), { minLength: 20, maxLength: 400, size: 'max' }),
      fc.boolean(),
      fc.nat(),
      async (tape, strict, seed) => {
        const input = randomProgram(tape, strict)
        const program: ContextProgram = {
          format: strict ? 'module' : 'commonjs',
          entry: 'input.js',
          sources: { 'input.js': input },
        }
        // The writer sometimes declares a name twice, which V8 does not always notice and the parser does.
        if (weave(input, { filename: 'input.js', format: program.format }).status !== 'woven') return
        const verdict = await judge(run, program, [DORMANT, { weaving: 'armed', seed, share: 0.5 }, ALL_ARMED])
        // One that does not end unwoven proves nothing.
        if (verdict.status === 'endless') return
        ran++
        expect(verdict).toEqual(AGREES)
      },
    ),
    { numRuns },
  )
  expect(ran).toBeGreaterThan(numRuns / 2)
})
