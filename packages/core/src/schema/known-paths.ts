import type * as z from 'zod/mini'

type Schema = z.core.$ZodType
interface Definition {
  innerType?: Schema
  /** Of a union. */
  options?: readonly Schema[]
  shape?: Readonly<Record<string, Schema>>
}

/** The paths of all properties that a schema of objects knows, those of objects in objects included. */
export function knownPaths(schema: Schema, at: readonly string[] = []): string[][] {
  const { innerType, options = [], shape = {} } = schema._zod.def as Definition
  if (innerType !== undefined) return knownPaths(innerType, at)
  if (options.length > 0) return options.flatMap((each) => knownPaths(each, at))
  return Object.entries(shape).flatMap(([name, each]) => [[...at, name], ...knownPaths(each, [...at, name])])
}
