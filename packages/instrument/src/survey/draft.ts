import type { FunctionKind, SkipReason } from '../contract.ts'
import type { Scope } from './scope.ts'
import type { Step } from './steps.ts'

/** What the survey knows of a function. Offsets are into the source. */
export interface FunctionDraft {
  /** Its number among the functions that are woven; -1 for one that is not. */
  readonly ordinal: number
  readonly parent: FunctionDraft | null
  /** `field`: the initialiser of a class field, a function of its own to the engine, without statements. */
  readonly kind: FunctionKind | 'field'
  readonly name: string
  readonly async: boolean
  readonly generator: boolean
  /** It may stop in its middle, and others run: a generator, or it waits for something. An asynchronous function may have no `await`. */
  suspends: boolean
  readonly start: number
  readonly end: number
  /** The scope that the function is in; null for the module. */
  readonly outer: Scope | null
  /** Where its own `var` declarations go. Set once the body begins. */
  body: Scope | null
  /** When it comes into being: a declaration where its block begins, an expression where it stands. */
  readonly created: number
  /** A method, accessor, constructor, field or static block: runs when the class's own name is initialised. */
  readonly member: boolean
  /** `this` may be read from this offset on; Infinity before a derived constructor has called `super`. */
  thisFrom: number
  /** It, or an arrow function that shares its `this`, refers to `this`. */
  usesThis: boolean
  /** Names it refers to and does not declare, those of the functions within included. */
  readonly free: Set<string>
  /** Its probes name only its own variables: in a loop that closes resources, an arrow function in a probe changes what V8 does. */
  ownOnly?: boolean
  /** It is called where it stands, and that but once. */
  readonly once: boolean
  siteCount: number
  /** Its sites ask a local that its first one sets, which has what the cell knew of this call when it began. */
  looksOnce: boolean
  /** The first site of its own, which control passes before any other. */
  first: SiteDraft | null
  readonly exits: ExitDraft[]
  /** A way to return is not among the exits. */
  unseenReturns: boolean
  leave: SiteDraft | null
  readonly steps: Step[]
  /** It, or a function within, mentions `eval`, which may assign to whatever it sees. */
  evaluates: boolean
}

export interface SiteDraft {
  readonly start: number
  readonly end: number
  readonly fn: FunctionDraft
  readonly scope: Scope
  readonly form: SiteForm
  /** The site passes what is returned or thrown. */
  readonly outcome?: 'return' | 'throw'
}

/**
 * What is written: `statement`, `probe;` before a statement; `operand`, `probe,` before an expression. Then those of exits:
 * `outcome`, `,probe` after the temporary that has the value; `outcome-statement`, `;probe` likewise; `end`, `;probe` where a body ends;
 * `leave`, `}finally{probe}`.
 */
export type SiteForm = 'statement' | 'operand' | ExitForm

export type ExitForm = 'outcome' | 'outcome-statement' | 'end' | 'leave'

/** `name`: of the variable that the site passes. `temporary`: the site passes it first. */
export type OutcomeDraft =
  | { readonly from: 'name'; readonly name: string }
  | { readonly from: 'text'; readonly value: unknown }
  | { readonly from: 'temporary' }

export interface ExitDraft {
  readonly kind: 'return' | 'throw'
  readonly site: SiteDraft
  readonly outcome: OutcomeDraft
}

/** Where the body of a function begins. */
export interface OpeningDraft {
  text: string
}

/** Where the accessor of a scope is declared, and which of the variables it reads, by the slots they were given. */
export interface AccessorDraft {
  readonly fn: FunctionDraft
  readonly slots: Map<number, string>
  /** That of a scope further out, for the other slots. */
  readonly next: AccessorDraft | null
}

/** What to insert at an offset: text, the probe of a site, what a body begins with, or an accessor. Edits are in source order. */
export interface Edit {
  readonly at: number
  readonly insert: string | SiteDraft | OpeningDraft | AccessorDraft
}

export function isSite(insert: Edit['insert']): insert is SiteDraft {
  return typeof insert !== 'string' && 'form' in insert
}

export function isAccessor(insert: Edit['insert']): insert is AccessorDraft {
  return typeof insert !== 'string' && 'slots' in insert
}

export interface SkippedDraft {
  readonly start: number
  readonly end: number
  readonly reason: SkipReason
}
