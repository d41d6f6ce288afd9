import type { UntouchedReason, WeaveOptions, WeaveResult } from './contract.ts'
import { MAX_SOURCE_LENGTH } from './limits.ts'
import { LineIndex } from './lines.ts'
import { fileKey } from './names.ts'
import { parse } from './parse.ts'
import { plan } from './plan/plan.ts'
import { print } from './print.ts'
import { survey } from './survey/survey.ts'

/**
 * Puts a dormant probe before each statement of a script: `typeof $lr_<file>_<function>=="function"&&$lr_…(<site>, …);`,
 * where the global property is a function only while something is armed there. Lines stay where they are, results and
 * function names too. The same source and options give the same result. Never throws: what cannot be woven is `untouched`.
 */
export function weave(source: string, options: WeaveOptions): WeaveResult {
  try {
    return weaveText(source, options)
  } catch (error) {
    // The stack ran out in the walk, or in the text of an unforeseen tree.
    const reason = error instanceof RangeError ? 'too_deep' : 'internal_fault'
    return untouched(reason, error instanceof Error ? error.message : String(error))
  }
}

function weaveText(source: string, { filename, format }: WeaveOptions): WeaveResult {
  if (source.length > MAX_SOURCE_LENGTH) {
    return untouched('too_large', `${source.length} characters; at most ${MAX_SOURCE_LENGTH} are woven`)
  }
  const parsed = parse(source, format)
  if (!parsed.ok) {
    const result = untouched(parsed.reason, parsed.message)
    return parsed.offset === undefined ? result : { ...result, position: new LineIndex(source).position(parsed.offset) }
  }
  const { program } = parsed
  const surveyed = survey(program, format)
  if (surveyed.alreadyWoven) return untouched('already_woven', 'the text has probes already')
  if (surveyed.siteCount === 0) return untouched('nothing_to_weave', 'no statement could carry a probe')
  const lines = new LineIndex(source)
  const key = fileKey(filename, source)
  const planned = plan(surveyed, lines, key)
  const end = program.body.at(-1)!.end
  return {
    status: 'woven',
    code: print(source, surveyed.edits, planned, key, end),
    cells: planned.cells,
    sites: planned.sites,
    functions: planned.functions,
    skipped: surveyed.skipped.map(({ start, end, reason }) => ({
      start: lines.position(start),
      end: lines.position(end),
      reason,
    })),
  }
}

function untouched(reason: UntouchedReason, message: string) {
  return { status: 'untouched' as const, reason, message }
}
