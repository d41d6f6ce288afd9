import type * as z from 'zod/mini'
import { knownPaths } from './known-paths.ts'
import { likelyName } from './likely-name.ts'
import { wording } from './wording.ts'

export type Parsed<T> = { status: 'ok'; value: T } | { status: 'refused'; message: string }

export interface ParseOptions {
  /** What the whole is called. Default: it. */
  whole?: string
  /** What a part is called, by its path (`quota.maxCPUCost`). Default: its path. */
  nameOf?: (path: string) => string
}

/** Problems listed in one message. */
const MAX_LISTED = 5
/** Names listed where none is like what is written; more are in the documentation. */
const MAX_NAMES = 10

/** Checks what came from outside against a schema, and says what is wrong with it where: `quota.maxCPUCost: must be at most 100`. */
export function parse<T>(
  schema: z.ZodMiniType<T>,
  input: unknown,
  { whole = 'it', nameOf = (path) => path }: ParseOptions = {},
): Parsed<T> {
  const parsed = schema.safeParse(input, { error: wording })
  if (parsed.success) return { status: 'ok', value: parsed.data }
  const { issues } = parsed.error
  const texts = new Map<string, string>()
  for (const { path, text } of issues.slice(0, MAX_LISTED * 2).flatMap((issue) => problemsOf(issue, schema, []))) {
    const name = path.length === 0 ? whole : nameOf(path.map(String).join('.'))
    // The first of several tells most: what is of another type is often too short as well.
    if (!texts.has(name)) texts.set(name, text)
  }
  const listed = [...texts].slice(0, MAX_LISTED).map(([name, text]) => `${name}: ${text}`)
  const isAll = texts.size <= MAX_LISTED && issues.length <= MAX_LISTED * 2
  return { status: 'refused', message: [...listed, ...(isAll ? [] : ['and more'])].join('; ') }
}

interface Problem {
  path: readonly PropertyKey[]
  text: string
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodMiniType, at: readonly PropertyKey[]): Problem[] {
  const path = [...at, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownKey(key, path.map(String), schema) }))
  }
  const meant = issue.code === 'invalid_union' ? issue.errors.find(isOfItsType) : undefined
  return meant?.flatMap((each) => problemsOf(each, schema, path)) ?? [{ path, text: issue.message }]
}

/** Of several types that a value may have, the one that it has; its parts are wrong. */
const isOfItsType = (issues: readonly z.core.$ZodIssue[]) =>
  issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0)

/** The name that is meant may be one of the same object, or of another. */
function unknownKey(key: string, at: readonly string[], schema: z.ZodMiniType): string {
  const paths = knownPaths(schema)
  const siblings = paths.filter(
    (path) => path.length === at.length + 1 && at.every((name, index) => path[index] === name),
  )
  const meant = likelyName(key, [...siblings, ...paths], (path) => path.at(-1)!)
  if (meant !== undefined) return `unknown (did you mean ${meant.join('.')}?)`
  const names = siblings.map((path) => path.at(-1))
  const fit = names.length > 0 && names.length <= MAX_NAMES
  return fit ? `unknown (there are ${names.join(', ')})` : 'unknown'
}
