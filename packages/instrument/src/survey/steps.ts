import type { SiteDraft } from './draft.ts'
import type { Scope } from './scope.ts'
import type { Walk } from './survey.ts'

/**
 * What happens in a function, in source order, as far as it decides which variables have changed since a probe passed them. Its own sites and
 * assignments, and how control gets around them. `plan/known.ts` follows it.
 */
export type Step =
  | { readonly step: 'site'; readonly site: SiteDraft }
  /** Declarations that give a value are assignments too. */
  | { readonly step: 'assign'; readonly name: string; readonly scope: Scope }
  /** A statement that control may jump about in: a loop, `switch`, `try`, `with`, a label. It reaches to the step at `end`. */
  | Region
  /** Here control may come from anywhere in the innermost region, or from its beginning. */
  | { readonly step: 'reset' }
  | { readonly step: 'end' }
  /** `if`: after its condition, between its branches, after them. */
  | { readonly step: 'fork' }
  | { readonly step: 'else' }
  | { readonly step: 'join' }
  /** Control does not get past this. */
  | { readonly step: 'jump' }

export interface Region {
  readonly step: 'region'
  end: number
}

export const RESET = { step: 'reset' } as const
const END = { step: 'end' } as const
export const FORK = { step: 'fork' } as const
export const ELSE = { step: 'else' } as const
export const JOIN = { step: 'join' } as const
export const JUMP = { step: 'jump' } as const

export function assign({ fn, scope }: Walk, name: string): void {
  fn.steps.push({ step: 'assign', name, scope })
}

/** A region around what `visit` visits. */
export function inRegion(walk: Walk, visit: () => void): void {
  const { steps } = walk.fn
  const region: Region = { step: 'region', end: 0 }
  steps.push(region)
  visit()
  region.end = steps.length
  steps.push(END)
}

/** A region whose beginning control comes back to. */
export function inLoop(walk: Walk, visit: () => void): void {
  inRegion(walk, () => {
    walk.fn.steps.push(RESET)
    visit()
  })
}
