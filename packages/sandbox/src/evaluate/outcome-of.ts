import { type NoValue, Stop } from './evaluation.ts'

const STACK: NoValue = { status: 'exceeded', budget: 'stack' }

/** What was thrown inside an evaluation, as an answer. Errors here are V8's own: nothing of the application has run. */
export function outcomeOf(thrown: unknown): NoValue {
  if (thrown instanceof Stop) return thrown.outcome
  // The application was close to the end of its stack.
  if (thrown instanceof RangeError && thrown.message === 'Maximum call stack size exceeded') return STACK
  return { status: 'failed', message: thrown instanceof Error ? thrown.message : 'The evaluation failed' }
}
