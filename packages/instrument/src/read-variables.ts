import type { FunctionExit, ListedVariable, SurveyedSite, VariableScope } from './contract.ts'

/** What a variable is that cannot be read now: not initialised yet (its temporal dead zone), or a cycle of imports. */
export const UNAVAILABLE: unique symbol = Symbol('unavailable')

/** `value` is `UNAVAILABLE` for a variable that cannot be read now. */
export interface VariableReading {
  name: string
  scope: VariableScope
  value: unknown
}

/**
 * Reads one variable of a site, in constant time. For conditions that need a few names on every pass.
 *
 * @param index into `site.variables`
 * @param args what a pass over the site brings (`SitePass`)
 */
export function readVariable(site: SurveyedSite, index: number, args: ArrayLike<unknown>): unknown {
  const variable = site.variables[index]
  if (variable === undefined) return UNAVAILABLE
  const argument = argumentOf(site, index, args.length)
  if (variable.access === 'value') return args[argument]
  try {
    return variable.access === 'list' ? readListed(variable, args[argument]) : read(args[argument], variable.slot)
  } catch {
    return UNAVAILABLE
  }
}

/**
 * Where in what a pass brings a variable is: itself if its access is `value`, else the function that reads it.
 *
 * @param index into `site.variables`
 * @param passed how much a pass over a site without `reads` brings
 */
export function argumentOf({ variables, reads }: SurveyedSite, index: number, passed: number): number {
  const variable = variables[index]
  const count = reads === undefined ? passed : reads.length
  const argument = variable?.access === 'list' ? variable.argument : variable?.access === 'module' ? count - 1 : index
  return reads === undefined ? argument : (reads[argument] ?? -1)
}

/** The arguments of a site as a list of its own, which stays as it is: for who reads them after the pass, by the site without its `reads`. */
export function ownArguments({ reads }: SurveyedSite, args: ArrayLike<unknown>): unknown[] {
  const own: unknown[] = []
  // By index: an iterator is a method, which the application may have replaced.
  const count = reads === undefined ? args.length : reads.length
  for (let index = 0; index < count; index++) own[index] = args[reads === undefined ? index : (reads[index] as number)]
  return own
}

/** Reads every variable of a site, in the site's order. Runs no application code. */
export function readVariables(site: SurveyedSite, args: ArrayLike<unknown>): VariableReading[] {
  return site.variables.map(({ name, scope }, index) => ({ name, scope, value: readVariable(site, index, args) }))
}

/**
 * What a function returns or throws at an exit, `UNAVAILABLE` where the probe cannot tell.
 *
 * @param args what a pass over `exit.site` brings
 */
export function readOutcome({ site, outcome }: FunctionExit, args: ArrayLike<unknown>): unknown {
  if (outcome.from === 'text') return outcome.value
  return outcome.from === 'variable' ? readVariable(site, outcome.variable, args) : UNAVAILABLE
}

function readListed({ slot, lazy }: ListedVariable, list: unknown): unknown {
  const listed = (read(list) as readonly unknown[])[slot]
  return lazy ? read(listed) : listed
}

/** Woven code made this function; anything else is a caller that mixes up its arguments. */
function read(reader: unknown, slot?: number): unknown {
  return (reader as (slot?: number) => unknown)(slot)
}
