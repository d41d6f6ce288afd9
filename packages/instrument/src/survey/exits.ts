import type { BlockStatement, Expression, Node, Statement } from 'acorn'
import { MAX_WRAPS, MIN_LEAVE_LENGTH, MIN_OUTCOME_LENGTH } from '../limits.ts'
import { TEMPORARY } from '../names.ts'
import { completes } from './completes.ts'
import type { ExitDraft, ExitForm, FunctionDraft, OpeningDraft, OutcomeDraft, SiteDraft } from './draft.ts'
import { expression } from './expressions.ts'
import { addWrapped, type Walk } from './survey.ts'

/**
 * A `return` or `throw` that control leaves the function by. What its statement's probe can read by name, or the text tells, needs no
 * more. Other values stay in a temporary for a probe of their own: `return ($lr_t=(0,value),probe,$lr_t)`. The comma keeps
 * the name of the temporary from functions and classes without one.
 */
export function leaving(walk: Walk, kind: ExitDraft['kind'], node: Statement, value: Expression | null): void {
  const site = siteOf(walk, node)
  const { fn } = walk
  const told = toldOutcome(value)
  if (site === null || value === null || told !== null || walk.wraps >= MAX_WRAPS || isSmall(walk, kind, value)) {
    if (site !== null && told !== null) fn.exits.push({ kind, site, outcome: told })
    else if (kind === 'return') fn.unseenReturns = true
    if (value !== null) expression(walk, value)
  } else {
    walk.edits.push({ at: node.start, insert: `var ${TEMPORARY};` }, { at: value.start, insert: `(${TEMPORARY}=(0,` })
    within(walk, () => expression(walk, value))
    walk.edits.push({ at: value.end, insert: ')' })
    addExit(walk, kind, node, value.end, 'outcome')
  }
}

/** The expression that is an arrow function's body: `(probe,value)`, or a block like the one that `leaving` makes. */
export function arrowBody(walk: Walk, body: Expression): void {
  const { fn } = walk
  const told = toldOutcome(body)
  const small = body.end - body.start < MIN_OUTCOME_LENGTH
  if (walk.asIs || walk.untouched || walk.wraps >= MAX_WRAPS || told !== null || small) {
    addWrapped(walk, body, 'operand', () => expression(walk, body))
    if (told !== null && fn.first !== null) fn.exits.push({ kind: 'return', site: fn.first, outcome: told })
    else fn.unseenReturns = true
    return
  }
  addWrapped(walk, body, 'statement', () => {
    walk.edits.push({ at: body.start, insert: `const ${TEMPORARY}=(0,` })
    within(walk, () => expression(walk, body))
    walk.edits.push({ at: body.end, insert: ')' })
    addExit(walk, 'return', body, body.end, 'outcome-statement')
    fn.looksOnce = looksOnce(fn)
  })
}

/**
 * Begins a body with the `try` of one that is left with a probe. The
 * result ends it, and puts the probe where control falls off the end.
 */
export function openLeave(walk: Walk, node: BlockStatement, statements: readonly Statement[]): () => void {
  const { fn } = walk
  const [first] = statements
  if (walk.asIs || walk.untouched || first === undefined) return () => {}
  const end = node.end - 1
  const opening: OpeningDraft = { text: '' }
  walk.edits.push({ at: first.start, insert: opening })
  return () => {
    if (fn.siteCount === 0) return
    if (statements.every(completes)) {
      const site = exitSite(walk, { start: end, end: end + 1 }, 'end')
      walk.edits.push({ at: end, insert: site })
      fn.steps.push({ step: 'site', site })
      fn.exits.push({ kind: 'return', site, outcome: { from: 'text', value: undefined } })
    }
    if (isLeft(walk) && canBeBlock(walk, statements)) {
      opening.text = 'try{'
      fn.leave = exitSite(walk, { start: end, end: end + 1 }, 'leave')
      walk.edits.push({ at: end, insert: fn.leave })
      fn.steps.push({ step: 'site', site: fn.leave })
    }
    fn.looksOnce = looksOnce(fn)
  }
}

/**
 * Nothing is armed while a function runs to its end, so it need not look at every statement; one that is suspended must. The look
 * itself costs as much as one probe.
 */
function looksOnce(fn: FunctionDraft): boolean {
  return !fn.suspends && countProbes(fn) > 1
}

/** Of statements, and of exits that have one of their own. */
export function countProbes({ siteCount, exits, leave }: FunctionDraft): number {
  const exitSites = exits.filter(({ site }) => site.form !== 'statement' && site.form !== 'operand').length
  return siteCount + exitSites + (leave === null ? 0 : 1)
}

function isLeft({ fn }: Walk): boolean {
  return fn.async || fn.generator || fn.end - fn.start >= MIN_LEAVE_LENGTH
}

/**
 * True if the body means the same as a block within the body. Functions it declares then belong to that block, where a name is
 * declared once, and where `eval` may not declare it again.
 */
function canBeBlock({ fn, scope }: Walk, statements: readonly Statement[]): boolean {
  let any = false
  for (let statement of statements) {
    while (statement.type === 'LabeledStatement') statement = statement.body
    if (statement.type !== 'FunctionDeclaration') continue
    any = true
    const { name } = statement.id
    if (name === 'arguments' || fn.body!.bindings.get(name)?.repeated !== false) return false
  }
  return !any || !scope.refersTo('eval')
}

/** The site of the statement that is being visited, unless it has none. */
function siteOf({ latest, fn, asIs, untouched }: Walk, node: Node): SiteDraft | null {
  if (fn.kind === 'module' || fn.kind === 'static-block') return null
  // A label is before its statement, and the site is before the label.
  const its = latest !== null && latest.fn === fn && latest.end === node.end
  return its && !asIs && !untouched ? latest : null
}

/** A function that is just `{ return value }`, and a short one. One that is just `{ throw value }` is called when something is wrong. */
function isSmall({ fn }: Walk, kind: ExitDraft['kind'], value: Expression): boolean {
  return (
    kind === 'return' &&
    fn.siteCount === 1 &&
    value.end - value.start < MIN_OUTCOME_LENGTH &&
    fn.end - fn.start < 2 * MIN_OUTCOME_LENGTH
  )
}

function addExit(walk: Walk, kind: ExitDraft['kind'], node: Node, at: number, form: ExitForm): void {
  const site: SiteDraft = { ...exitSite(walk, node, form), outcome: kind }
  walk.edits.push({ at, insert: site })
  walk.fn.steps.push({ step: 'site', site })
  walk.fn.exits.push({ kind, site, outcome: { from: 'temporary' } })
}

function exitSite({ fn, scope }: Walk, { start, end }: { start: number; end: number }, form: ExitForm): SiteDraft {
  return { start, end, fn, scope, form }
}

/** Two more brackets are open within. */
function within(walk: Walk, visit: () => void): void {
  walk.wraps += 2
  visit()
  walk.wraps -= 2
}

function toldOutcome(value: Expression | null): OutcomeDraft | null {
  if (value === null) return { from: 'text', value: undefined }
  switch (value.type) {
    case 'Identifier':
      return { from: 'name', name: value.name }
    case 'ThisExpression':
      return { from: 'name', name: 'this' }
    case 'ParenthesizedExpression':
      return toldOutcome(value.expression)
    case 'Literal':
      // An object is made anew each time.
      return value.value instanceof RegExp || 'regex' in value ? null : { from: 'text', value: value.value }
    case 'UnaryExpression':
      return toldUnary(value.operator, value.argument)
    default:
      return null
  }
}

/** What minifiers write for `undefined`, `true` and `false`, and negative numbers. */
function toldUnary(operator: string, argument: Expression): OutcomeDraft | null {
  if (argument.type !== 'Literal' || typeof argument.value !== 'number') return null
  if (operator === 'void') return { from: 'text', value: undefined }
  if (operator === '!') return { from: 'text', value: argument.value === 0 }
  return operator === '-' ? { from: 'text', value: -argument.value } : null
}
