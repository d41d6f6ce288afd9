import * as z from 'zod/mini'
import type { CapturedValue } from './captured-value.ts'
import { OMISSIONS } from './captured-value.ts'

/** Deeper than any capture limit; what nests further is hostile. */
export const MAX_CAPTURED_DEPTH = 64

/** A captured value from the wire: checked by hand, because a recursive schema costs a stack frame a level. */
export const CapturedValueSchema = z.custom<CapturedValue>((input) => isCapturedValue(input, MAX_CAPTURED_DEPTH), {
  error: 'is not a captured value',
})

const omissions: ReadonlySet<unknown> = new Set(OMISSIONS)
const specialNumbers: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity', '-0'])

export function isCapturedValue(input: unknown, depth: number = MAX_CAPTURED_DEPTH): input is CapturedValue {
  if (depth === 0 || !isRecord(input)) return false
  switch (input.type) {
    case 'undefined':
    case 'null':
      return true
    case 'boolean':
      return typeof input.value === 'boolean'
    case 'number':
      return typeof input.value === 'number' || specialNumbers.has(input.value)
    case 'bigint':
    case 'symbol':
      return typeof input.value === 'string'
    case 'string':
      return (
        typeof input.value === 'string' && isOptional(input.length, isCount) && isOptional(input.omitted, isOmission)
      )
    case 'reference':
      return isCount(input.id)
    case 'omitted':
      return isOmission(input.reason) && isOptional(input.of, isString)
    case 'object':
      return isCapturedObject(input, depth - 1)
    default:
      return false
  }
}

function isCapturedObject(input: Record<string, unknown>, depth: number): boolean {
  const isValue = (value: unknown) => isCapturedValue(value, depth)
  return (
    isString(input.class) &&
    isOptional(input.id, isCount) &&
    isOptional(input.text, isString) &&
    isOptional(input.size, isCount) &&
    isOptional(input.omitted, isOmission) &&
    isOptional(input.private, isTrue) &&
    isOptional(input.items, (items) => isListOf(items, isValue)) &&
    isOptional(input.properties, (all) => isListOf(all, (pair) => isPair(pair, isString, isValue))) &&
    isOptional(input.entries, (all) => isListOf(all, (pair) => isPair(pair, isValue, isValue)))
  )
}

type Test = (value: unknown) => boolean
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isTrue: Test = (value) => value === true
const isString: Test = (value) => typeof value === 'string'
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isOmission: Test = (value) => omissions.has(value)
const isOptional = (value: unknown, test: Test) => value === undefined || test(value)
const isListOf = (value: unknown, test: Test) => Array.isArray(value) && value.every(test)
const isPair = (value: unknown, first: Test, second: Test) =>
  Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1])
