import type { WeaveOptions, WeaveResult } from './contract.ts'
import { LineIndex } from './lines.ts'
import { fileKey } from './names.ts'
import { parse } from './parse.ts'
import { plan } from './plan/plan.ts'
import { print } from './print.ts'
import { describeSkipped } from './skipped.ts'
import { survey } from './survey/survey.ts'
import { guarded, untouched } from './untouched.ts'

/**
 * Puts a dormant probe before each statement of a script: `typeof $lr_<file>_<function>=="function"&&$lr_…(<number>, …);`,
 * where the global property is a function only while something is armed there. A synchronous function with more of them looks once
 * a call, and each passes what those before it have not; `watchCalls` puts that together. Lines stay where they are, results and
 * function names too. The same source and options give the same result. Never throws: what cannot be woven is `untouched`.
 */
export function weave(source: string, options: WeaveOptions): WeaveResult {
  return guarded(() => weaveText(source, options))
}

/** @param together false: every probe passes all it has, for tests to compare with. May throw. */
export function weaveText(source: string, { filename, format }: WeaveOptions, together = true): WeaveResult {
  const parsed = parse(source, format)
  if (!parsed.ok) return untouched(parsed, source)
  const { program } = parsed
  const surveyed = survey(program, format)
  if (surveyed.alreadyWoven) return untouched({ reason: 'already_woven', message: 'the text has probes already' })
  if (surveyed.siteCount === 0) {
    return untouched({ reason: 'nothing_to_weave', message: 'no statement could carry a probe' })
  }
  const lines = new LineIndex(source)
  const key = fileKey(filename, source)
  const planned = plan(surveyed, lines, key, together)
  return {
    status: 'woven',
    ...print(source, lines, surveyed.edits, planned, key),
    cells: planned.cells,
    sites: planned.sites,
    exitSites: planned.exitSites,
    functions: planned.functions,
    skipped: describeSkipped(surveyed.skipped, lines),
  }
}
