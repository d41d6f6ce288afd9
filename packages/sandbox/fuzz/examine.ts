import { types } from 'node:util'
import { createMirror } from '@lightrun/core'
import { type Bound, check, createSandbox, type Evaluation, type Expression, type Sandbox } from '@lightrun/sandbox'
import { describe } from './describe.ts'
import { NAMES } from './expressions.ts'
import { SECRET } from './plain-values.ts'
import type { Triple, Values } from './values.ts'

/** A promise that was not kept. */
export interface Finding {
  promise:
    | 'throws nothing'
    | 'runs nothing'
    | 'changes nothing'
    | 'hides'
    | 'ends'
    | 'evaluators agree'
    | 'V8 agrees'
    | 'repeats'
    | 'checks'
  source: string
  /** What was seen, and on what. */
  detail: string
}

export interface Examined {
  evaluations: number
  /** How many answered with a value: if few did, the fuzzing says little. */
  answered: number
  finding: Finding | undefined
}

/** Milliseconds: the deadline, what native calls may add to it, and a margin for slow machines. */
const MUST_END_MS = 250
/** Deadlines met in one examination: the rest would be more of the same. */
const MAX_TIMEOUTS = 3
/** A copy into QuickJS costs a hundred times what an evaluation over the live values does. */
const INSIDE_ONE_IN = 4
/** Milliseconds. Short: what takes long is of no interest here as long as it ends. */
const DEADLINE_MS = 4

const LAYOUT = [...NAMES, 'this']

/** Runs an expression in every way there is, over many values, and looks whether any promise is broken. */
export function createExaminer() {
  const sandbox: Sandbox = createSandbox({
    mirror: createMirror(types),
    limits: { timeMs: DEADLINE_MS },
    redactor: { hides: (name) => name === 'secret' },
  })

  async function examine(source: string, values: Values): Promise<Examined> {
    const examined: Examined = { evaluations: 0, answered: 0, finding: undefined }
    const broken = (promise: Finding['promise'], detail: string) => {
      examined.finding ??= { promise, source, detail }
    }
    const expressions: Expression[] = []
    try {
      const direct = accepted(source, broken)
      if (direct === undefined) return examined
      expressions.push(direct)
      const inside = isOfTheEngine(source) ? undefined : sandbox.compile(source, { engine: 'quickjs' })
      if (inside?.status === 'ok') expressions.push(inside.expression)
      for (const each of expressions) await prepared(each)
      await examineOver(values, expressions, plainly(source), examined, broken)
    } catch (error) {
      broken('throws nothing', error instanceof Error ? String(error.stack) : describe(error))
    } finally {
      for (const each of expressions) each[Symbol.dispose]()
    }
    return examined
  }

  /** Compiled, when the language has it; `check` must say the same, and where the fault is. */
  function accepted(source: string, broken: Broken): Expression | undefined {
    const compiled = sandbox.compile(source)
    const checked = check(source)
    if (compiled.status !== checked.status) broken('checks', `compile: ${compiled.status}, check: ${checked.status}`)
    if (compiled.status === 'ok') return compiled.expression
    const lines = source.split('\n')
    const { line, column, message } = compiled
    const inText = line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1
    if (!inText || message === '') broken('checks', `a fault at ${line}:${column}: ${message}`)
    return undefined
  }

  async function examineOver(
    values: Values,
    expressions: readonly Expression[],
    judge: Judge,
    examined: Examined,
    broken: Broken,
  ) {
    const [runDirect, runInside] = expressions.map((each) => each.bind(LAYOUT))
    if (runDirect === undefined) return
    let timeouts = 0
    let turn = 0
    let first: { triple: Triple; answer: string } | undefined
    const before = values.describe()
    values.forget()

    const run = (bound: Bound, triple: Triple): Evaluation => {
      const answer = timed(bound, triple, broken)
      examined.evaluations++
      if (values.ran.length > 0) broken('runs nothing', `${values.ran.join()} of ${triple.text}`)
      if (answer.status === 'value') examined.answered++
      else if (answer.status === 'exceeded' && answer.budget === 'time') timeouts++
      else if (answer.status === 'failed' && answer.message.startsWith('QuickJS gave up'))
        broken('throws nothing', triple.text)
      if (answer.status === 'value' && typeof answer.value === 'string' && answer.value.includes(SECRET)) {
        broken('hides', `${answer.value} of ${triple.text}`)
      }
      return answer
    }

    for (const triple of values.triples) {
      const direct = run(runDirect, triple)
      const text = answerOf(direct, values.names)
      if (direct.status !== 'exceeded') first ??= { triple, answer: text }
      const inside = runInside === undefined || turn++ % INSIDE_ONE_IN > 0 ? undefined : run(runInside, triple)
      if (inside !== undefined && decided(direct) && decided(inside)) {
        const other = answerOf(inside, values.names)
        if (text !== other)
          broken('evaluators agree', `direct ${told(direct, text)}, QuickJS ${told(inside, other)} of ${triple.text}`)
      }
      if (triple.twins !== undefined && decided(direct) && !isScope(direct)) {
        const expected = judge(triple.twins)
        values.restore()
        if (expected === undefined || isLimit(expected)) continue
        const other = answerOf(expected, values.twinNames)
        if (text !== other)
          broken('V8 agrees', `ours ${told(direct, text)}, V8 ${told(expected, other)} of ${triple.text}`)
      }
      if (examined.finding !== undefined || timeouts > MAX_TIMEOUTS) break
    }
    if (first !== undefined && timeouts === 0) {
      // QuickJS may have run out of memory meanwhile, and be replaced by another.
      await prepared(expressions[0] as Expression)
      const repeated = run(runDirect, first.triple)
      const again = answerOf(repeated, values.names)
      if (repeated.status !== 'exceeded' && again !== first.answer)
        broken('repeats', `first ${first.answer}, then ${again} of ${first.triple.text}`)
    }
    const after = values.describe()
    if (after !== before) broken('changes nothing', `${before}\nbecame\n${after}`)
  }

  return {
    examine,
    dispose: () => sandbox.dispose(),
  }
}

type Broken = (promise: Finding['promise'], detail: string) => void
/** What JavaScript itself answers; undefined when it does not take the expression. */
type Judge = (values: readonly unknown[]) => Evaluation | undefined

/** QuickJS may refuse what the parser took: a regular expression it has no syntax for, say. Then it answers so. */
async function prepared(expression: Expression): Promise<void> {
  await expression.prepare().catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'expression_not_allowed') throw error
  })
}

function plainly(source: string): Judge {
  let run: (...values: unknown[]) => unknown
  if (isOfTheEngine(source)) return () => undefined
  try {
    const strict = /\bthis\b/.test(source) ? "'use strict';" : ''
    run = new Function(...NAMES, `${strict}return (${source}\n)`) as typeof run
  } catch {
    return () => undefined
  }
  return (values) => {
    try {
      return { status: 'value', value: Reflect.apply(run, values[3], values) as unknown }
    } catch (error) {
      return { status: 'failed', message: error instanceof Error ? error.message : '' }
    }
  }
}

/**
 * What JavaScript leaves to the engine: the order by a comparison that is none, the last digit of what can only be
 * approximated, and, before Node 22, whether iterators have methods. And V8 ends the indentation of JSON at a NUL.
 */
const isOfTheEngine = (source: string) =>
  /toSorted(\?\.)?\(\s*[^)\s]/.test(source) ||
  /\*\*|Math\??\.(a?cosh?|a?sinh?|a?tanh?|atan2|cbrt|exp|expm1|log|log10|log1p|log2|hypot|pow)\b/.test(source) ||
  /JSON\??\.stringify\([^)]*,[^)]*,/.test(source) ||
  (!('Iterator' in globalThis) && /(values|keys|entries|matchAll)(\?\.)?\(/.test(source))

function timed(run: Bound, triple: Triple, broken: Broken): Evaluation {
  const startMs = performance.now()
  const answer = run(triple.values)
  if (performance.now() - startMs < MUST_END_MS) return answer
  // Perhaps the machine was busy with something else: again, by the processor's own clock.
  const before = process.cpuUsage()
  run(triple.values)
  const { user, system } = process.cpuUsage(before)
  const tookMs = (user + system) / 1_000
  if (tookMs > MUST_END_MS) broken('ends', `after ${Math.round(tookMs)} ms, of ${triple.text}`)
  return answer
}

const decided = (answer: Evaluation) => answer.status === 'value' || answer.status === 'failed'

/** A name that is in the scope of JavaScript and not in ours. */
const isScope = (answer: Evaluation) => answer.status === 'failed' && answer.message.includes('is not defined here')

/** Failures are equal: the wording is each engine's own. */
function answerOf(answer: Evaluation, names: ReadonlyMap<unknown, string>): string {
  return answer.status === 'value' ? describe(answer.value, names) : answer.status
}

/** A pattern that V8 finds too long, of a text of a hundred thousand digits. */
const isLimit = (answer: Evaluation) => answer.status === 'failed' && answer.message.endsWith('too large')

const told = (answer: Evaluation, text: string) => (answer.status === 'failed' ? `failed (${answer.message})` : text)
