import type { Node, Program } from 'acorn'
import type { ModuleFormat } from '../contract.ts'
import { MAX_WRAPS } from '../limits.ts'
import type { Edit, FunctionDraft, SiteDraft, SkippedDraft } from './draft.ts'
import { Scope } from './scope.ts'
import { topLevel } from './statements.ts'

/** What one walk over the tree learns; enough to plan and print without looking at the tree again. */
export interface Survey {
  readonly module: Scope
  readonly functions: readonly FunctionDraft[]
  /** Those that are not woven, too. */
  readonly all: readonly FunctionDraft[]
  readonly edits: readonly Edit[]
  readonly skipped: readonly SkippedDraft[]
  readonly siteCount: number
  /** True if the text has a name that only woven code has. */
  readonly alreadyWoven: boolean
}

/** Where the walk stands. The visitors share it and save what they change. */
export interface Walk {
  readonly functions: FunctionDraft[]
  readonly all: FunctionDraft[]
  readonly edits: Edit[]
  readonly skipped: SkippedDraft[]
  siteCount: number
  /** The last site that was added: when a statement is visited, its own if it has one. */
  latest: SiteDraft | null
  fn: FunctionDraft
  scope: Scope
  strict: boolean
  /** Nothing is inserted anywhere: wherever the text runs, a place counts. */
  readonly asIs: boolean
  /** Inside a region that is left as it is: names are resolved, nothing is inserted. */
  untouched: boolean
  alreadyWoven: boolean
  /** Braces and parentheses of ours that are open. */
  wraps: number
  /** Where the outermost loop of the current function around here begins. */
  loop: number | null
  /** Blocks of the current function around here that have a `catch`. */
  catches: number
  /** Functions declared in blocks of sloppy code of the current function, whose names Annex B.3.2 may hoist. */
  blockFunctions: { name: string; scope: Scope; at: number }[]
  /** Functions found to be called once, before they are visited. */
  readonly once: Set<Node>
}

/** @param asIs the text will run without probes, so what could not carry one counts too */
export function survey(program: Program, format: ModuleFormat, asIs = false): Survey {
  const fn: FunctionDraft = {
    ordinal: 0,
    parent: null,
    kind: 'module',
    name: '',
    async: format === 'module',
    generator: false,
    suspends: format === 'module',
    start: 0,
    end: program.end,
    outer: null,
    body: null,
    created: 0,
    member: false,
    // CommonJS has `exports` there and a module has undefined: not worth an argument.
    thisFrom: Number.POSITIVE_INFINITY,
    usesThis: false,
    free: new Set(),
    siteCount: 0,
    looksOnce: false,
    first: null,
    exits: [],
    unseenReturns: false,
    leave: null,
    steps: [],
    evaluates: false,
    once: true,
  }
  const scope = new Scope(null, fn, 0)
  fn.body = scope
  scope.accessor = { fn, slots: new Map(), next: null }
  const walk: Walk = {
    functions: [fn],
    all: [fn],
    edits: [],
    skipped: [],
    siteCount: 0,
    latest: null,
    fn,
    scope,
    strict: format === 'module',
    asIs,
    untouched: false,
    alreadyWoven: false,
    wraps: 0,
    loop: null,
    catches: 0,
    blockFunctions: [],
    once: new Set(),
  }
  topLevel(walk, program)
  scope.close()
  // Before trailing comments.
  walk.edits.push({ at: program.body.at(-1)?.end ?? 0, insert: scope.accessor })
  const { functions, all, edits, skipped, siteCount, alreadyWoven } = walk
  return { module: scope, functions, all, edits, skipped, siteCount, alreadyWoven }
}

/** Adds a probe at `start` unless this region stays as it is. */
export function addSite(walk: Walk, start: number, end: number, form: 'statement' | 'operand'): void {
  if (walk.untouched) return
  const { fn, scope } = walk
  const site: SiteDraft = { start, end, fn, scope, form }
  fn.siteCount++
  fn.first ??= site
  walk.siteCount++
  walk.latest = site
  walk.edits.push({ at: start, insert: site })
  fn.steps.push({ step: 'site', site })
}

/** Adds a probe that needs brackets around itself and the node, then visits the node. */
export function addWrapped(walk: Walk, node: Node, form: 'statement' | 'operand', visit: () => void): void {
  if (walk.asIs) {
    addSite(walk, node.start, node.end, form)
    visit()
    return
  }
  if (walk.untouched || walk.wraps >= MAX_WRAPS) {
    if (!walk.untouched) walk.skipped.push({ start: node.start, end: node.end, reason: 'too_deep' })
    walk.latest = null
    visit()
    return
  }
  const [open, close] = form === 'statement' ? '{}' : '()'
  walk.wraps++
  walk.edits.push({ at: node.start, insert: open! })
  addSite(walk, node.start, node.end, form)
  visit()
  walk.edits.push({ at: node.end, insert: close! })
  walk.wraps--
}

/** Runs `visit` in a new scope of the current function. */
export function inScope(walk: Walk, start: number, visit: (scope: Scope) => void): void {
  const outer = walk.scope
  const scope = new Scope(outer, walk.fn, start)
  walk.scope = scope
  visit(scope)
  scope.close()
  walk.scope = outer
}
