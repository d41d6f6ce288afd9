import type * as z from 'zod/mini'

/** What an issue says, after the name of what it is about: `must be a number`. Never the value itself, which may be a secret. */
export function wording(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue)
    case 'invalid_value':
      return oneOf(issue.values)
    case 'invalid_union':
      return Array.isArray(issue.options)
        ? oneOf(issue.options)
        : `must be ${issue.errors.map(([first]) => expectedIn(first)).join(' or ')}`
    case 'too_small':
      return tooSmall(issue)
    case 'too_big':
      return tooBig(issue)
    case 'invalid_format':
      return 'has not the form that it must have'
    default:
      return 'does not fit'
  }
}

function wrongType({ expected, input, inst }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  if (input === undefined) return 'is missing'
  const wanted = `must be ${typeName(expected)}${membersOf(inst)}`
  if (expected === 'int' && typeof input === 'number') return wanted
  // What is written where everything is text, such as a variable of the environment, is not wrong because it is text.
  const isPlain = expected === 'number' || expected === 'int' || expected === 'boolean'
  if (typeof input === 'string' && isPlain && !/^(true|false|-?[\d.]+)$/.test(input)) return wanted
  return `${wanted}, not ${typeOf(input)}`
}

/** The names in a small object: ` { name }`. */
function membersOf(schema: z.core.$ZodRawIssue['inst']): string {
  const shape = (schema?._zod.def as { shape?: object } | undefined)?.shape
  if (shape === undefined) return ''
  const names = Object.keys(shape)
  return names.length === 0
    ? ''
    : ` { ${names.slice(0, MAX_MEMBERS).join(', ')}${names.length > MAX_MEMBERS ? ', …' : ''} }`
}

const MAX_MEMBERS = 4

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  tuple: 'an array',
  object: 'an object',
  record: 'an object',
  function: 'a function',
}

const typeName = (type: string) => TYPE_NAMES[type] ?? type

function typeOf(input: unknown): string {
  if (input === null || typeof input === 'undefined') return String(input)
  if (typeof input === 'number' && !Number.isFinite(input)) return String(input)
  return Array.isArray(input) ? 'an array' : typeName(typeof input)
}

function expectedIn(issue: z.core.$ZodIssue | undefined): string {
  return issue?.code === 'invalid_type' ? typeName(issue.expected) : 'something else'
}

function oneOf(values: readonly unknown[]): string {
  const [only] = values
  return values.length === 1 ? `must be ${String(only)}` : `must be one of ${values.map(String).join(', ')}`
}

const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' }

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const unit = UNITS[origin]
  if (unit === undefined) return `must be ${inclusive === false ? 'more than' : 'at least'} ${minimum}`
  return Number(minimum) === 1 ? 'must not be empty' : `must have at least ${minimum} ${unit}`
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  const unit = UNITS[origin]
  if (unit === undefined) return `must be ${inclusive === false ? 'less than' : 'at most'} ${maximum}`
  return `must have at most ${maximum} ${unit}`
}
