import type { Site, SurveyedFunction, WovenFunction } from '../contract.ts'
import type { LineIndex } from '../lines.ts'
import { accessorName, cellName } from '../names.ts'
import { type FunctionDraft, isAccessor, isSite, type SiteDraft } from '../survey/draft.ts'
import type { Survey } from '../survey/survey.ts'
import { AccessorSlots } from './accessor.ts'
import { argumentsOf, type FileArguments, type FunctionArguments } from './arguments.ts'
import { describeExit } from './exits.ts'
import { markElusive } from './known.ts'
import { ModuleOrder } from './outside.ts'

/** What will be printed and reported: the sites with their variables, the functions, the global names. */
export interface Plan {
  readonly sites: readonly Site[]
  readonly exitSites: readonly Site[]
  readonly siteOf: ReadonlyMap<SiteDraft, Site>
  /** What each probe passes. */
  readonly passed: ReadonlyMap<SiteDraft, readonly string[]>
  readonly functions: readonly WovenFunction[]
  readonly cells: readonly string[]
}

/** @param together probes of one call share what they pass */
export function plan(survey: Survey, lines: LineIndex, key: string, together: boolean): Plan {
  markElusive(survey.all)
  const slots = new AccessorSlots()
  const file: FileArguments = {
    order: new ModuleOrder(survey.module),
    slots,
    key,
    together,
  }
  const known = new Map<FunctionDraft, FunctionArguments>()
  const siteOf = new Map<SiteDraft, Site>()
  const passedBy = new Map<SiteDraft, readonly string[]>()
  const sites: Site[] = []
  const exitSites: Site[] = []
  const counts = new Uint32Array(survey.functions.length)
  for (const { insert } of survey.edits) {
    if (!isSite(insert)) continue
    const { fn, form } = insert
    const isStatement = form === 'statement' || form === 'operand'
    const its = known.get(fn) ?? argumentsOf(fn, file)
    known.set(fn, its)
    const { variables, passed, reads } = its.of(insert)
    passedBy.set(insert, passed)
    const site: Site = {
      index: isStatement ? sites.length : survey.siteCount + exitSites.length,
      position: lines.position(insert.start),
      end: lines.position(insert.end),
      function: fn.ordinal,
      cell: cellName(key, fn.ordinal),
      number: counts[fn.ordinal]!++,
      ...(its.shared === undefined ? {} : { shared: its.shared }),
      variables,
      ...(reads === undefined ? {} : { reads }),
    }
    siteOf.set(insert, site)
    ;(isStatement ? sites : exitSites).push(site)
  }
  const functions = survey.functions.map((fn) => describeWoven(fn, lines, key, siteOf))
  const cells = functions.filter((_, ordinal) => survey.functions[ordinal]!.siteCount > 0).map(({ cell }) => cell)
  for (const { insert } of survey.edits) {
    if (isAccessor(insert) && insert.slots.size > 0) cells.push(accessorName(key, insert.fn.ordinal))
  }
  return { sites, exitSites, siteOf, passed: passedBy, functions, cells }
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
