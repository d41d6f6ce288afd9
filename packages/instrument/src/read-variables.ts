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
 * @param args what the probe passed after the site number
 */
export function readVariable(site: SurveyedSite, index: number, args: ArrayLike<unknown>): unknown {
  const variable = site.variables[index]
  if (variable === undefined) return UNAVAILABLE
  if (variable.access === 'value') return args[index]
  try {
    return variable.access === 'list' ? readListed(variable, args) : read(args[args.length - 1], variable.slot)
  } catch {
    return UNAVAILABLE
  }
}

/** Reads every variable of a site, in the site's order. Runs no application code. */
export function readVariables(site: SurveyedSite, args: ArrayLike<unknown>): VariableReading[] {
  return site.variables.map(({ name, scope }, index) => ({ name, scope, value: readVariable(site, index, args) }))
}

/**
 * What a function returns or throws at an exit, `UNAVAILABLE` where the probe cannot tell.
 *
 * @param args what the probe of `exit.site` passed after the site number
 */
export function readOutcome({ site, outcome }: FunctionExit, args: ArrayLike<unknown>): unknown {
  if (outcome.from === 'text') return outcome.value
  return outcome.from === 'variable' ? readVariable(site, outcome.variable, args) : UNAVAILABLE
}

function readListed({ argument, slot, lazy }: ListedVariable, args: ArrayLike<unknown>): unknown {
  const listed = (read(args[argument]) as readonly unknown[])[slot]
  return lazy ? read(listed) : listed
}

/** Woven code made this function; anything else is a caller that mixes up its arguments. */
function read(reader: unknown, slot?: number): unknown {
  return (reader as (slot?: number) => unknown)(slot)
}
