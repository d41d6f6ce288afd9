import { type NoValue, Stop } from './evaluation.ts'

const STACK: NoValue = { status: 'exceeded', budget: 'stack' }
const FAILED: NoValue = { status: 'failed', message: 'The evaluation failed' }
const { getOwnPropertyDescriptor, hasOwn } = Object

/**
 * What was thrown inside an evaluation, as an answer. Errors here are V8's own: nothing of the application has run.
 * They are known by their message; `instanceof` would ask the application, which may have given `RangeError` a test.
 */
export function outcomeOf(thrown: unknown): NoValue {
  if (thrown instanceof Stop) return thrown.outcome
  if (typeof thrown !== 'object' || thrown === null) return FAILED
  const message = getOwnPropertyDescriptor(thrown, 'message')
  if (message === undefined || !hasOwn(message, 'value') || typeof message.value !== 'string') return FAILED
  // The application was close to the end of its stack.
  return message.value === 'Maximum call stack size exceeded' ? STACK : { status: 'failed', message: message.value }
}
