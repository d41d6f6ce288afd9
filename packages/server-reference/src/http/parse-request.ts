import { LightrunError, parse } from '@lightrun/core'
import type * as z from 'zod/mini'

/**
 * What a body says and nobody knows is refused: without a misspelt `condition`, `pool` or `showOnly` it would mean more.
 * @throws LightrunError `request_invalid`, naming the path of what does not fit
 */
export function parseRequest<T>(schema: z.ZodMiniType<T>, input: unknown, part: 'body' | 'query' | 'name'): T {
  if (hasNul(input)) {
    throw new LightrunError('request_invalid', `the ${part} holds the character U+0000, which no name or text has`)
  }
  const parsed = parse(schema, input, { whole: `the ${part}`, exact: part === 'body' })
  if (parsed.status === 'ok') return parsed.value
  throw new LightrunError('request_invalid', parsed.message)
}

/** PostgreSQL's text cannot hold it. The body is bounded, and so is its depth: JSON.stringify of deep input throws. */
function hasNul(input: unknown): boolean {
  if (typeof input === 'string') return input.includes('\0')
  try {
    return JSON.stringify(input)?.includes('\\u0000') ?? false
  } catch (cause) {
    throw new LightrunError('request_invalid', 'the request is nested too deeply', { cause })
  }
}
