/** How the host compiles the text: inside the CommonJS function wrapper (sloppy unless it says otherwise), or as a module. */
export type ModuleFormat = 'commonjs' | 'module'

export interface WeaveOptions {
  /** Goes into the names of the cells, together with the content. Any string that names the file for the host. */
  filename: string
  format: ModuleFormat
}

export type SurveyOptions = Pick<WeaveOptions, 'format'>

export type WeaveResult = Woven | Untouched

export interface Woven {
  status: 'woven'
  /** Same number of lines as the source; every original token stays on its line. */
  code: string
  /**
   * Names of all global properties that the code refers to, to be defined as `undefined`: the cells, in function order, then those under
   * which a piece of the text that runs elsewhere finds no accessor.
   */
  cells: readonly string[]
  /** Of statements, in source order. */
  sites: readonly Site[]
  /** Of functions being left, where no statement's probe knows enough; `functions` refer to them. Their indices go on from those of `sites`. */
  exitSites: readonly Site[]
  /** The index is the ordinal in the cell's name; 0 is the module level. A function without statements has no site. */
  functions: readonly WovenFunction[]
  /** What was left as it is, and why. */
  skipped: readonly SkippedRegion[]
  /** All that `code` has and the source has not, in source order. `originalPosition` reads it. */
  insertions: readonly Insertion[]
}

/** Text that stands in front of what was at this position of the source. It has no line terminator. */
export interface Insertion {
  readonly position: ScriptPosition
  /** UTF-16 units, as is `shift`. */
  readonly length: number
  /** What was put into the same line before it. */
  readonly shift: number
}

export interface Untouched {
  status: 'untouched'
  reason: UntouchedReason
  message: string
  /** Where the parser gave up. */
  position?: ScriptPosition
}

export type UntouchedReason =
  /** The parser refuses the text. The host's own error, if it has one too, is what the user should see. */
  | 'syntax_error'
  /** The text refers to a cell or an accessor already. */
  | 'already_woven'
  /** Longer than `MAX_SOURCE_LENGTH`. */
  | 'too_large'
  /** Nested deeper than the stack allows. */
  | 'too_deep'
  /** No statement that could carry a probe. */
  | 'nothing_to_weave'
  /** A defect of this package; the message has the detail. Please report it. */
  | 'internal_fault'

/** 0-based line and column in the original (unwoven) script, as V8 counts: UTF-16 units, and U+2028/2029 end a line. */
export interface ScriptPosition {
  line: number
  column: number
}

/** A place of the source where a probe makes sense: a statement, or the expression that is an arrow function's body. */
export interface SurveyedSite {
  index: number
  /** Where the statement or the arrow's expression body begins. */
  position: ScriptPosition
  /** Where it ends (exclusive). A compound statement ends after its last branch. */
  end: ScriptPosition
  /** Index into `functions`. */
  function: number
  variables: readonly SiteVariable[]
  /** Where in what a call holds its arguments are, in their order. Absent where a pass brings them by themselves. */
  reads?: readonly number[]
}

/**
 * How the probes of one call share what they pass. The first tells no number, has all there is to see then, and is answered with a function that
 * the others are told to: each passes its number, and what it has or may have changed since. `watchCalls` puts it together.
 */
export interface SharedArguments {
  /** By the number of a site: the slot of the call that each of its arguments goes to. The first site fills them from 0 on; where there is no other, nothing is kept. */
  readonly passes: readonly (readonly number[])[]
  /** By the number of a site: the sites whose passes may have brought, last, what it does not bring itself. */
  readonly bringers: readonly (readonly number[])[]
  /** How many slots a call has. */
  readonly slots: number
}

/** One place a probe can fire: just before the statement or the arrow's body. */
export interface Site extends SurveyedSite {
  cell: string
  /** Its number within its function: the probe's first argument, unless it is the first of those that share. Numbers of a file would take more bytecode. */
  number: number
  /** The same for all sites of a function. Absent where each probe stands for itself, tells its number, and passes all there is. */
  shared?: SharedArguments
  /** What the probe offers here. Read it with `readVariable`, which knows how each one travels. */
  variables: readonly SiteVariable[]
}

/** `outcome`: no variable, but what a function returns or throws, by the name of that keyword. */
export type VariableScope = 'outcome' | 'this' | 'arguments' | 'block' | 'parameter' | 'local' | 'closure' | 'module'

export type SiteVariable = PassedVariable | ListedVariable | AccessorVariable

interface NamedVariable {
  readonly name: string
  readonly scope: VariableScope
  /**
   * Offset of the name where it is declared, for whoever has a source map to ask what it was called; the start of the
   * function or class where that is its own name. `this` and `arguments` have none.
   */
  readonly declaredAt?: number
}

/** An argument itself: that of the same index. */
export interface PassedVariable extends NamedVariable {
  readonly access: 'value'
}

/** In a list that argument number `argument` returns, at `slot`; if `lazy`, as a function that returns it, or throws while it is uninitialised. */
export interface ListedVariable extends NamedVariable {
  readonly access: 'list'
  readonly argument: number
  readonly slot: number
  readonly lazy: boolean
}

/**
 * Asked of the accessor, which is the last argument, by slot. In woven text it reads variables of the module, and of functions around this one
 * that are called once or declare many; a debugger's reads everything.
 */
export interface AccessorVariable extends NamedVariable {
  readonly access: 'module'
  readonly slot: number
}

export type FunctionKind =
  | 'module'
  | 'function'
  | 'arrow'
  | 'method'
  | 'getter'
  | 'setter'
  | 'constructor'
  | 'static-block'

export interface SurveyedFunction {
  /** What `Function.prototype.name` would say, as far as the text tells; '' when anonymous. */
  name: string
  kind: FunctionKind
  async: boolean
  generator: boolean
  /** Of the whole declaration, expression or member. */
  start: ScriptPosition
  end: ScriptPosition
}

/** Its sites are armed like those of lines, which some of them are as well. */
export interface WovenFunction extends SurveyedFunction {
  cell: string
  /** What every call passes first, once its parameters are bound; a generator when first resumed. Absent without statements. */
  entry?: Site
  /** Where it returns or throws by itself, in source order. */
  exits: readonly FunctionExit[]
  /** It has ways to return that `exits` lacks: it is too small (see `MIN_OUTCOME_LENGTH`), or nests too deep. */
  unseenReturns: boolean
  /**
   * What every call passes last, in whatever way it ends: after one of `exits`, or because of an error that came from
   * elsewhere, or because a generator was closed. Absent in functions too small for it; see `MIN_LEAVE_LENGTH`.
   */
  leave?: Site
}

/** Control is about to leave the function here. A `finally` around it may still change that; then the last exit counts. */
export interface FunctionExit {
  /** `throw`: a statement that no `catch` of this function is around. */
  kind: 'return' | 'throw'
  site: Site
  /** What is returned or thrown, of an asynchronous function what its promise is settled with. Read it with `readOutcome`. */
  outcome: Outcome
}

/** `variable`: an index into the variables of the site. `value`: the text says it. `unknown`: the site cannot read it. */
export type Outcome =
  | { readonly from: 'variable'; readonly variable: number }
  | { readonly from: 'text'; readonly value: unknown }
  | { readonly from: 'unknown' }

/** What `surveySites` finds in a text that runs as it is. */
export interface Surveyed {
  status: 'surveyed'
  /** In source order. Each works out its `variables` when first asked for them. */
  sites: readonly SurveyedSite[]
  /** A site's `function` is an index into these; 0 is the module level. */
  functions: readonly SurveyedFunction[]
  /** Where nothing was looked for. */
  skipped: readonly SkippedRegion[]
}

export interface SkippedRegion {
  start: ScriptPosition
  end: ScriptPosition
  reason: SkipReason
}

/**
 * `with_body`: every name inside asks the object first, even ours. `asm`: an inserted statement would end asm.js mode.
 * `too_deep`: beyond `MAX_WRAPS`, a statement or arrow body that would need wrapping has no probe of its own.
 */
export type SkipReason = 'with_body' | 'asm' | 'too_deep'
