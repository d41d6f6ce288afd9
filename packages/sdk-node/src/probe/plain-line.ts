import {
  type ActionKey,
  createLogLine,
  type LineHead,
  type LineList,
  type LogLevel,
  type LogLine,
  MAX_FIELDS,
  MAX_HEAD_LENGTH,
  type PlainValue,
  type TraceContext,
  uncurryThis,
} from '@lightrun/core'
import type { FormatPart, SiteExpression } from './expressions.ts'

/** A format of which a hit is a line as long as its values are plain. */
export interface PlainLine {
  /** The line's text. `undefined`: a value is not plain, or there is none. Keeps the values until `toLine`. */
  render(args: readonly unknown[]): string | undefined
  /** What was rendered last, as it is reported. To be called once for each. @param trace The span that was active. */
  toLine(atMs: number, trace: TraceContext | undefined): LogLine
}

export interface PlainLineOptions extends ActionKey {
  parts: readonly FormatPart[]
  level: LogLevel
  /** UTF-16 units of a string that is reported whole. */
  maxPlainLength: number
  /** The same of a text. */
  maxTextLength: number
  now: () => number
}

const copyOf = uncurryThis(Array.prototype.slice) as unknown as (list: LineList) => LineList
const { isFinite, is: isSame } = { isFinite: Number.isFinite, is: Object.is }

/**
 * `undefined` where a hit cannot be a line: a value stands there twice, or there are more than a head takes. On the hot path: one
 * list a hit and its text, without iterators and methods that the application may have replaced.
 */
export function createPlainLine(options: PlainLineOptions): PlainLine | undefined {
  const { parts, level, actionId, revision, maxPlainLength, maxTextLength, now } = options
  const texts: string[] = ['']
  const fields: string[] = []
  const values: SiteExpression[] = []
  for (const part of parts) {
    if (typeof part === 'string') texts[texts.length - 1] += part
    else {
      if (fields.includes(part.field)) return undefined
      fields.push(part.field)
      values.push(part.evaluate)
      texts.push('')
    }
  }
  const length = [...fields, ...texts].reduce((sum, { length }) => sum + length, 0)
  if (fields.length > MAX_FIELDS || length > MAX_HEAD_LENGTH) return undefined

  const head: LineHead = { actionId, revision, level, fields, texts, fromMs: now() }
  const template: LineList = [0, 0, ...fields]
  let list = template
  let textLength = 0

  return {
    render(args) {
      const made = copyOf(template)
      let text = texts[0] as string
      for (let i = 0; i < values.length; i++) {
        const outcome = (values[i] as SiteExpression)(args)
        if (outcome.status !== 'value') return undefined
        const { value } = outcome
        if (!isPlain(value, maxPlainLength)) return undefined
        text += value + (texts[i + 1] as string)
        made[i + 2] = value
      }
      textLength = text.length
      if (textLength > maxTextLength) return undefined
      list = made
      return text
    },
    toLine(atMs, trace) {
      const made = list
      list = template
      made[1] = atMs - head.fromMs
      return createLogLine(head, made, textLength, trace)
    },
  }
}

/** Shown as it is printed, and the same on the wire. */
function isPlain(value: unknown, maxLength: number): value is PlainValue {
  switch (typeof value) {
    case 'string':
      return value.length <= maxLength
    case 'number':
      return isFinite(value) && !isSame(value, -0)
    case 'boolean':
      return true
    default:
      return value === null
  }
}
