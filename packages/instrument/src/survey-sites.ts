import type { Surveyed, SurveyedSite, SurveyOptions, Untouched } from './contract.ts'
import { LineIndex } from './lines.ts'
import { parse } from './parse.ts'
import { describe } from './plan/plan.ts'
import { isStoppable } from './plan/stoppable.ts'
import { visibleAt } from './plan/visible.ts'
import { describeSkipped } from './skipped.ts'
import { isSite, type SiteDraft } from './survey/draft.ts'
import { survey } from './survey/survey.ts'
import { guarded, untouched } from './untouched.ts'

/**
 * Finds the sites of a text that runs as it is, for a debugger: those that `weave` finds and those where it puts no
 * probe, except where a debugger would change what the program does; each with all that a debugger may see there. The
 * variables are asked of one accessor, a function made in the frame that throws for what cannot be read: a variable
 * may be uninitialised, and V8 may not have kept it. Never throws.
 */
export function surveySites(source: string, options: SurveyOptions): Surveyed | Untouched {
  return guarded(() => surveyText(source, options))
}

function surveyText(source: string, { format }: SurveyOptions): Surveyed | Untouched {
  const parsed = parse(source, format)
  if (!parsed.ok) return untouched(parsed, source)
  const surveyed = survey(parsed.program, format, true)
  const lines = new LineIndex(source)
  const sites: SurveyedSite[] = []
  for (const { insert } of surveyed.edits) {
    if (isSite(insert) && isStoppable(insert, source)) sites.push(new SiteOnDemand(sites.length, insert, lines))
  }
  return {
    status: 'surveyed',
    sites,
    functions: surveyed.functions.map((fn) => describe(fn, lines)),
    skipped: describeSkipped(surveyed.skipped, lines),
  }
}

/** A bundle has thousands of variables in scope at thousands of sites, and somebody asks about one of them. */
class SiteOnDemand implements SurveyedSite {
  readonly index: number
  readonly position: SurveyedSite['position']
  readonly end: SurveyedSite['end']
  readonly function: number
  readonly #draft: SiteDraft
  #variables: SurveyedSite['variables'] | undefined

  constructor(index: number, draft: SiteDraft, lines: LineIndex) {
    this.index = index
    this.position = lines.position(draft.start)
    this.end = lines.position(draft.end)
    this.function = draft.fn.ordinal
    this.#draft = draft
  }

  get variables(): SurveyedSite['variables'] {
    this.#variables ??= visibleAt(this.#draft)
    return this.#variables
  }
}
