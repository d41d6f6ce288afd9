import type { FunctionExit, Outcome, PassedVariable, Site } from '../contract.ts'
import { MAX_EXIT_ARGUMENTS } from '../limits.ts'
import type { ExitDraft, SiteDraft } from '../survey/draft.ts'
import { ownAt } from './variables.ts'

/** The outcome goes first; whoever leaves by a `finally` may have initialised nothing. */
export function exitVariables(site: SiteDraft): PassedVariable[] {
  if (site.form === 'leave') return []
  const variables = ownAt(site, MAX_EXIT_ARGUMENTS)
  const { outcome } = site
  return outcome === undefined ? variables : [{ name: outcome, scope: 'outcome', access: 'value' }, ...variables]
}

export function describeExit({ kind, outcome }: ExitDraft, site: Site): FunctionExit {
  return { kind, site, outcome: describeOutcome(outcome, site) }
}

function describeOutcome(outcome: ExitDraft['outcome'], site: Site): Outcome {
  if (outcome.from === 'text') return outcome
  if (outcome.from === 'temporary') return { from: 'variable', variable: 0 }
  const variable = site.variables.findIndex(({ name }) => name === outcome.name)
  if (variable !== -1) return { from: 'variable', variable }
  // Nobody declares it, as far as the site can tell.
  return outcome.name === 'undefined' ? { from: 'text', value: undefined } : { from: 'unknown' }
}
