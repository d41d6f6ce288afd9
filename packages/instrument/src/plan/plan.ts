import type { Site, SurveyedFunction, WovenFunction } from '../contract.ts'
import { MAX_ARGUMENTS, MAX_FUNCTION_ARGUMENTS, MIN_ARGUMENTS } from '../limits.ts'
import type { LineIndex } from '../lines.ts'
import { cellName } from '../names.ts'
import type { FunctionDraft, SiteDraft } from '../survey/draft.ts'
import type { Survey } from '../survey/survey.ts'
import { AccessorSlots } from './accessor.ts'
import { ModuleOrder, moduleVariablesAt, type Outside, outsideOf } from './outside.ts'
import { argumentsAt } from './variables.ts'

/** What will be printed and reported: the sites with their variables, the functions, the accessor's names by slot. */
export interface Plan {
  readonly sites: readonly Site[]
  readonly functions: readonly WovenFunction[]
  readonly cells: readonly string[]
  readonly accessor: readonly string[]
}

export function plan(survey: Survey, lines: LineIndex, key: string): Plan {
  const functions = survey.functions.map((fn) => ({ ...describe(fn, lines), cell: cellName(key, fn.ordinal) }))
  const slots = new AccessorSlots()
  const order = new ModuleOrder(survey.module)
  const outsides = new Map<FunctionDraft, Outside>()
  const sites: Site[] = []
  for (const { insert } of survey.edits) {
    if (typeof insert === 'string') continue
    const { fn } = insert
    const outside = outsides.get(fn) ?? outsideOf(fn)
    outsides.set(fn, outside)
    sites.push({
      index: sites.length,
      position: lines.position(insert.start),
      end: lines.position(insert.end),
      function: fn.ordinal,
      cell: functions[fn.ordinal]!.cell,
      variables: [
        ...argumentsAt(insert, outside, limitOf(insert)),
        ...moduleVariablesAt(insert, outside, order, slots),
      ],
    })
  }
  const cells = functions.filter((_, ordinal) => survey.functions[ordinal]!.siteCount > 0).map(({ cell }) => cell)
  return { sites, functions, cells, accessor: slots.names() }
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
