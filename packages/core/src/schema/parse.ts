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
  /** What the schema does not know is refused. Default: it is left out, unless the schema says otherwise. */
  exact?: boolean
}

/** Problems listed in one message. */
const MAX_LISTED = 5
/** Problems that are looked at: a body may have as many as it has bytes. */
const MAX_EXAMINED = 2 * MAX_LISTED
/** Names listed where none is like what is written; more are in the documentation. */
const MAX_NAMES = 10

/** Checks what came from outside against a schema, and says what is wrong with it where: `quota.maxCPUCost: must be at most 100`. */
export function parse<T>(
  schema: z.ZodMiniType<T>,
  input: unknown,
  { whole = 'it', nameOf = (path) => path, exact = false }: ParseOptions = {},
): Parsed<T> {
  const parsed = schema.safeParse(input, { error: wording })
  if (parsed.success && !exact) return { status: 'ok', value: parsed.data }
  const problems = parsed.success
    ? unknownIn(input, parsed.data, schema)
    : parsed.error.issues.slice(0, MAX_EXAMINED).flatMap((issue) => problemsOf(issue, schema, []))
  if (parsed.success && problems.length === 0) return { status: 'ok', value: parsed.data }
  const texts = new Map<string, string>()
  for (const { path, text } of problems) {
    const name = path.length === 0 ? whole : nameOf(path.map(String).join('.'))
    // The first of several tells most: what is of another type is often too short as well.
    if (!texts.has(name)) texts.set(name, text)
  }
  const listed = [...texts].slice(0, MAX_LISTED).map(([name, text]) => `${name}: ${text}`)
  return { status: 'refused', message: [...listed, ...(texts.size > MAX_LISTED ? ['and more'] : [])].join('; ') }
}

interface Problem {
  path: readonly PropertyKey[]
  text: string
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodMiniType, at: readonly PropertyKey[]): Problem[] {
  const path = [...at, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MAX_EXAMINED).map((key) => unknownKey([...path, key], schema))
  }
  const meant = issue.code === 'invalid_union' ? issue.errors.find(isOfItsType) : undefined
  return meant?.flatMap((each) => problemsOf(each, schema, path)) ?? [{ path, text: issue.message }]
}

/** Of several types that a value may have, the one that it has; its parts are wrong. */
const isOfItsType = (issues: readonly z.core.$ZodIssue[]) =>
  issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0)

function unknownIn(input: unknown, taken: unknown, schema: z.ZodMiniType): Problem[] {
  return leftOut(input, taken, [])
    .slice(0, MAX_EXAMINED)
    .map((path) => unknownKey(path, schema))
}

/** Paths of what a schema has not taken over. */
function leftOut(input: unknown, taken: unknown, at: readonly string[]): string[][] {
  if (typeof input !== 'object' || input === null || typeof taken !== 'object' || taken === null) return []
  return Object.entries(input).flatMap(([key, value]) => {
    const path = [...at, key]
    if (!Object.hasOwn(taken, key)) return value === undefined ? [] : [path]
    return leftOut(value, (taken as Record<string, unknown>)[key], path)
  })
}

/** The name that is meant may be one of the same object, or of another. */
function unknownKey(path: readonly PropertyKey[], schema: z.ZodMiniType): Problem {
  const at = path.slice(0, -1).map(String)
  const paths = knownPaths(schema)
  const siblings = paths.filter(
    (each) => each.length === path.length && at.every((name, index) => each[index] === name),
  )
  const meant = likelyName(String(path.at(-1)), [...siblings, ...paths], (each) => each.at(-1)!)
  if (meant !== undefined) return { path, text: `unknown (did you mean ${meant.join('.')}?)` }
  const names = [...new Set(siblings.map((each) => each.at(-1)))]
  const fit = names.length > 0 && names.length <= MAX_NAMES
  return { path, text: fit ? `unknown (there are ${names.join(', ')})` : 'unknown' }
}
