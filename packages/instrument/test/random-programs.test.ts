import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { weave } from '../src/index.ts'
import { prepare, Runner, type SourceProgram } from './differential/oracle.ts'
import { randomProgram } from './differential/random-program.ts'

const runner = new Runner()
afterAll(() => runner[Symbol.asyncDispose]())

/** More with `RUNS=5000`. */
const numRuns = Number(process.env.RUNS ?? 250)

test('a random program behaves the same unwoven, dormant and armed', { timeout: 600_000 }, async () => {
  let ran = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(0xffff), { minLength: 10, maxLength: 160, size: 'max' }),
      fc.boolean(),
      async (tape, strict) => {
        const source = randomProgram(tape, strict)
        const program: SourceProgram = {
          format: strict ? 'module' : 'commonjs',
          entry: 'input',
          sources: { input: source },
        }
        const unwoven = await runner.run(prepare(program, 'unwoven'))
        // The writer sometimes declares a name twice, which V8 does not always notice and the parser does.
        if (weave(source, { filename: 'input', format: program.format }).status !== 'woven') return
        ran++
        const dormant = await runner.run(prepare(program, 'dormant'))
        const armed = await runner.run(prepare(program, 'armed'))
        expect(dormant.output).toEqual(unwoven.output)
        expect(armed.output).toEqual(unwoven.output)
        expect(armed.hits).toBeGreaterThan(0)
      },
    ),
    { numRuns },
  )
  expect(ran).toBeGreaterThan(numRuns / 2)
})
