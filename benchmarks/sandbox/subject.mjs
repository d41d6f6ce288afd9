// A process of its own for one attempt: node subject.mjs <evaluator> <case> <attempt> <folder of the evaluators>.
// Prints what harm was done, as JSON; printing nothing is harm as well.
import { setTimeout } from 'node:timers/promises'
import { EVALUATORS } from './evaluators.mjs'
import { attemptsOf, CASES, SECRET, valuesOf } from './hostile-cases.mjs'

/** Milliseconds of the processor, while the application waits: an evaluation that was meant to take microseconds. */
const MAX_BLOCKED_MS = 500
const MAX_MEMORY_MB = 150
const NAMES = ['user', 'list']

process.env.CASE_SECRET = SECRET
const [name, caseIndex, attemptIndex, folder] = process.argv.slice(2)
const evaluator = await EVALUATORS[name](folder)
const tried = CASES[caseIndex]
const source = attemptsOf(tried, evaluator.language)[attemptIndex]
const told = []
const values = valuesOf(tried, (what) => {
  told.push(what)
})
// Loads what is loaded late, so that it is not counted.
await answerOf(evaluator.language === 'js' ? '[1].map(x => x)' : '1 + 1', [{}, []])
told.length = 0
const memoryBefore = process.resourceUsage().maxRSS
const cpuBefore = process.cpuUsage()
let answered = await answerOf(source, values)
const { user, system } = process.cpuUsage(cpuBefore)
const tookMs = (user + system) / 1_000
const memoryMb = Math.round((process.resourceUsage().maxRSS - memoryBefore) / 1_024)
const ran = [...new Set(told)]
for (const next of tried.next ?? []) answered = (await answerOf(next, values)) ?? answered
const harmed = await Promise.race([tried.harmed?.(values, answered?.value), setTimeout(200)])
// A promise that rejects, a task that was left behind: they come now.
await setTimeout(20)

const harm =
  ran.length > 0
    ? `ran ${ran.join(', ')}`
    : harmed === true
      ? 'it did'
      : tookMs > MAX_BLOCKED_MS
        ? `${(tookMs / 1_000).toFixed(1)} s`
        : memoryMb > MAX_MEMORY_MB
          ? `${memoryMb} MB`
          : undefined
process.stdout.write(JSON.stringify({ harm }))

/** Refused, failed and out of budget are all the same here: no answer. In an object, because a promise asks its value for `then`. */
async function answerOf(expression, given) {
  try {
    const evaluate = await evaluator.compile(expression, NAMES)
    return { value: evaluate(given) }
  } catch {
    return undefined
  }
}
