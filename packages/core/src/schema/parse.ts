import type * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'

export type Parsed<T> = { status: 'ok'; value: T } | { status: 'refused'; message: string }

/** Problems listed in one message. */
const MAX_LISTED = 5
const { localeError } = en()

/** Checks what came from outside against a schema, and says what is wrong with it where: `quota.maxCPUCost: Too big: …`. */
export function parse<T>(schema: z.ZodMiniType<T>, input: unknown, whole = 'it'): Parsed<T> {
  const parsed = schema.safeParse(input, { error: localeError })
  if (parsed.success) return { status: 'ok', value: parsed.data }
  const { issues } = parsed.error
  const texts = issues
    .slice(0, MAX_LISTED)
    .map((issue) => `${issue.path.map(String).join('.') || whole}: ${issue.message}`)
  const more = issues.length > MAX_LISTED ? [`and ${issues.length - MAX_LISTED} more`] : []
  return { status: 'refused', message: [...texts, ...more].join('; ') }
}
