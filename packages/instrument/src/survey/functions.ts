import type {
  AnonymousFunctionDeclaration,
  ArrowFunctionExpression,
  BlockStatement,
  FunctionDeclaration,
  FunctionExpression,
  Node,
  Pattern,
  Statement,
} from 'acorn'
import type { FunctionKind } from '../contract.ts'
import { isCalledOnce, openAccessor } from './accessors.ts'
import type { FunctionDraft } from './draft.ts'
import { arrowBody, openLeave } from './exits.ts'
import { declarePattern } from './patterns.ts'
import { Scope } from './scope.ts'
import { list } from './statements.ts'
import { inScope, type Walk } from './survey.ts'

const NEVER = Number.POSITIVE_INFINITY

type FunctionNode = FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression | ArrowFunctionExpression

/** What the surroundings know about a function expression that is a member of a class or an object. */
export interface Role {
  kind: FunctionKind
  /** The whole member, key included. */
  node: Node
  member?: boolean
  /** A constructor of a class with `extends`. */
  derived?: boolean
}

export function functionDeclaration(walk: Walk, node: FunctionDeclaration | AnonymousFunctionDeclaration): void {
  const { scope, fn } = walk
  if (node.id != null) {
    const { name } = node.id
    scope.declare(name, 'function', node.id.start)
    if (scope !== fn.body && !walk.strict && !node.async && !node.generator) {
      walk.blockFunctions.push({ name, scope, at: node.id.start })
    }
  }
  const draft = begin(walk, node, { name: node.id?.name ?? 'default', kind: 'function', node, created: scope.start })
  inFunction(walk, draft, node)
}

export function functionExpression(
  walk: Walk,
  node: FunctionExpression | ArrowFunctionExpression,
  name: string,
  role?: Role,
): void {
  const whole = role?.node ?? node
  const kind = role?.kind ?? (node.type === 'ArrowFunctionExpression' ? 'arrow' : 'function')
  const visit = () => {
    const draft = begin(walk, node, {
      name: node.id?.name ?? name,
      kind,
      node: whole,
      created: whole.start,
      member: role?.member === true,
      once: isCalledOnce(walk, node),
    })
    if (role?.derived) draft.thisFrom = NEVER
    inFunction(walk, draft, node)
  }
  if (node.id == null) {
    visit()
    return
  }
  const { name: self, start } = node.id
  inScope(walk, node.start, (scope) => {
    scope.declare(self, 'self', start)
    visit()
  })
}

interface Beginning {
  name: string
  kind: FunctionDraft['kind']
  node: Node
  created: number
  member?: boolean
  once?: boolean
}

function begin(walk: Walk, node: { async?: boolean; generator?: boolean }, its: Beginning): FunctionDraft {
  const woven = !walk.untouched && its.kind !== 'field'
  const draft: FunctionDraft = {
    ordinal: woven ? walk.functions.length : -1,
    parent: walk.fn,
    kind: its.kind,
    name: its.name,
    async: node.async === true,
    generator: node.generator === true,
    suspends: node.generator === true,
    start: its.node.start,
    end: its.node.end,
    outer: walk.scope,
    body: null,
    created: its.created,
    member: its.member === true,
    thisFrom: 0,
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
    once: its.once === true,
  }
  walk.all.push(draft)
  if (woven) walk.functions.push(draft)
  return draft
}

/** Runs `visit` inside a function that begins at its parameters. */
function entering(walk: Walk, draft: FunctionDraft, visit: (scope: Scope) => void): void {
  const { fn, scope: outer, strict, untouched, blockFunctions, catches, loop } = walk
  const scope = new Scope(outer, draft, draft.start)
  walk.fn = draft
  walk.scope = scope
  walk.blockFunctions = []
  walk.catches = 0
  walk.loop = null
  visit(scope)
  if (draft.kind !== 'arrow' && draft.kind !== 'field' && scope.refersTo('arguments')) {
    scope.declare('arguments', 'arguments', draft.start)
  }
  scope.close()
  Object.assign(walk, { fn, scope: outer, strict, untouched, blockFunctions, catches, loop })
}

function inFunction(walk: Walk, draft: FunctionDraft, node: FunctionNode): void {
  const { params, body } = node
  entering(walk, draft, (scope) => {
    for (const param of params) declarePattern(walk, param, scope, 'parameter', param.end, NEVER)
    if (body.type !== 'BlockStatement') {
      draft.body = scope
      arrowBody(walk, body)
    } else if (isSimple(params)) {
      draft.body = scope
      functionBody(walk, draft, body)
    } else {
      // Closures in the parameters do not see what the body declares.
      inScope(walk, body.start, (inner) => {
        draft.body = inner
        functionBody(walk, draft, body)
      })
    }
  })
}

function isSimple(params: readonly Pattern[]): boolean {
  return params.every((param) => param.type === 'Identifier')
}

function functionBody(walk: Walk, draft: FunctionDraft, node: BlockStatement): void {
  const { body } = node
  let first = 0
  for (; first < body.length; first++) {
    const statement = body[first]!
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) break
    if (statement.directive === 'use strict') walk.strict = true
    if (statement.directive === 'use asm' && !walk.untouched && !walk.asIs) {
      walk.skipped.push({ start: draft.start, end: draft.end, reason: 'asm' })
      walk.untouched = true
    }
  }
  if (draft.thisFrom === NEVER) draft.thisFrom = afterSuper(body)
  const statements = first === 0 ? body : body.slice(first)
  const accessor = openAccessor(walk, draft, statements)
  const close = openLeave(walk, node, statements)
  list(walk, statements)
  hoistBlockFunctions(walk)
  close()
  if (accessor !== null) walk.edits.push({ at: node.end - 1, insert: accessor })
}

/** Where a derived constructor has certainly called `super`: after a statement of its body that is just that call. */
function afterSuper(body: readonly Statement[]): number {
  for (const node of body) {
    if (node.type !== 'ExpressionStatement') continue
    const { expression: call } = node
    if (call.type === 'CallExpression' && call.callee.type === 'Super') return node.end
  }
  return NEVER
}

/**
 * Annex B.3.2: a function in a block of sloppy code is also a `var` of the function around it, unless a name that the
 * block sees would be hidden by that.
 */
export function hoistBlockFunctions(walk: Walk): void {
  const body = walk.fn.body!
  for (const { name, scope, at } of walk.blockFunctions) {
    if (!reachesBody(name, scope, body)) continue
    body.declare(name, 'var', at)
    // Given its value where the block is, which no assignment tells.
    body.bindings.get(name)!.elusive = true
  }
}

function reachesBody(name: string, from: Scope, body: Scope): boolean {
  for (let scope = from.parent; scope !== null && scope !== body; scope = scope.parent) {
    const binding = scope.bindings.get(name)
    if (binding !== undefined && binding.kind !== 'catch') return false
  }
  // With parameters in a scope of their own, one of that name stays what the body sees.
  return !(body.parent?.fn === body.fn && body.parent.bindings.has(name))
}

/** A class field's initialiser or a static block: a function to the engine, with `this` and without parameters. */
export function implicitFunction(
  walk: Walk,
  node: Node,
  its: { kind: 'field' | 'static-block'; created: number },
  visit: () => void,
): void {
  const draft = begin(walk, {}, { name: '', kind: its.kind, node, created: its.created, member: true })
  entering(walk, draft, (scope) => {
    draft.body = scope
    visit()
    hoistBlockFunctions(walk)
  })
}
