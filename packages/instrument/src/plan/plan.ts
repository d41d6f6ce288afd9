import type { Site, SurveyedFunction, WovenFunction } from '../contract.ts'
import { MAX_ARGUMENTS, MAX_FUNCTION_ARGUMENTS, MIN_ARGUMENTS } from '../limits.ts'
import type { LineIndex } from '../lines.ts'
import { cellName } from '../names.ts'
import { type FunctionDraft, isSite, type SiteDraft } from '../survey/draft.ts'
import type { Survey } from '../survey/survey.ts'
import { AccessorSlots } from './accessor.ts'
import { describeExit, exitVariables } from './exits.ts'
import { ModuleOrder, moduleVariablesAt, type Outside, outsideOf } from './outside.ts'
import { argumentsAt } from './variables.ts'

/** What will be printed and reported: the sites with their variables, the functions, the accessor's names by slot. */
export interface Plan {
  readonly sites: readonly Site[]
  readonly exitSites: readonly Site[]
  readonly siteOf: ReadonlyMap<SiteDraft, Site>
  readonly functions: readonly WovenFunction[]
  readonly cells: readonly string[]
  readonly accessor: readonly string[]
}

export function plan(survey: Survey, lines: LineIndex, key: string): Plan {
  const slots = new AccessorSlots()
  const order = new ModuleOrder(survey.module)
  const outsides = new Map<FunctionDraft, Outside>()
  const siteOf = new Map<SiteDraft, Site>()
  const sites: Site[] = []
  const exitSites: Site[] = []
  const counts = new Uint32Array(survey.functions.length)
  for (const { insert } of survey.edits) {
    if (!isSite(insert)) continue
    const { fn, form } = insert
    const isStatement = form === 'statement' || form === 'operand'
    const outside = outsides.get(fn) ?? outsideOf(fn)
    outsides.set(fn, outside)
    const site: Site = {
      index: isStatement ? sites.length : survey.siteCount + exitSites.length,
      position: lines.position(insert.start),
      end: lines.position(insert.end),
      function: fn.ordinal,
      cell: cellName(key, fn.ordinal),
      number: counts[fn.ordinal]!++,
      variables: isStatement
        ? [...argumentsAt(insert, outside, limitOf(insert)), ...moduleVariablesAt(insert, outside, order, slots)]
        : exitVariables(insert),
    }
    siteOf.set(insert, site)
    ;(isStatement ? sites : exitSites).push(site)
  }
  const functions = survey.functions.map((fn) => describeWoven(fn, lines, key, siteOf))
  const cells = functions.filter((_, ordinal) => survey.functions[ordinal]!.siteCount > 0).map(({ cell }) => cell)
  return { sites, exitSites, siteOf, functions, cells, accessor: slots.names() }
}

function describeWoven(
  fn: FunctionDraft,
  lines: LineIndex,
  key: string,
  siteOf: ReadonlyMap<SiteDraft, Site>,
): WovenFunction {
  return {
    ...describe(fn, lines),
    cell: cellName(key, fn.ordinal),
    ...(fn.first === null ? {} : { entry: siteOf.get(fn.first)! }),
    exits: fn.exits.map((exit) => describeExit(exit, siteOf.get(exit.site)!)),
    unseenReturns: fn.unseenReturns,
    ...(fn.leave === null ? {} : { leave: siteOf.get(fn.leave)! }),
  }
}

function limitOf({ fn }: SiteDraft): number {
  const share = Math.floor(MAX_FUNCTION_ARGUMENTS / fn.siteCount)
  return Math.min(MAX_ARGUMENTS, Math.max(MIN_ARGUMENTS, share))
}

export function describe(fn: FunctionDraft, lines: LineIndex): SurveyedFunction {
  return {
    name: fn.name,
    // An initialiser of a field has no statements, hence no ordinal, hence never comes here.
    kind: fn.kind === 'field' ? 'function' : fn.kind,
    async: fn.async,
    generator: fn.generator,
    start: lines.position(fn.start),
    end: lines.position(fn.end),
  }
}
