import type {
  BlockStatement,
  CatchClause,
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  ImportDeclaration,
  ModuleDeclaration,
  Program,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from 'acorn'
import { classDeclaration } from './classes.ts'
import { leaving } from './exits.ts'
import { expression, reference } from './expressions.ts'
import { functionDeclaration, hoistBlockFunctions } from './functions.ts'
import { declarePattern, declareVarPattern, pattern } from './patterns.ts'
import { ELSE, FORK, inLoop, inRegion, JOIN, JUMP, RESET } from './steps.ts'
import { addSite, addWrapped, inScope, type Walk } from './survey.ts'

const END = Number.POSITIVE_INFINITY

export function topLevel(walk: Walk, program: Program): void {
  const body = program.body
  let first = 0
  for (; first < body.length; first++) {
    const node = body[first]!
    if (node.type !== 'ExpressionStatement' || node.directive === undefined) break
    if (node.directive === 'use strict') walk.strict = true
  }
  for (let i = first; i < body.length; i++) {
    const node = body[i]!
    if (isModuleDeclaration(node)) moduleDeclaration(walk, node)
    else listed(walk, node, END)
  }
  hoistBlockFunctions(walk)
}

function isModuleDeclaration(node: Statement | ModuleDeclaration): node is ModuleDeclaration {
  return node.type.startsWith('Import') || node.type.startsWith('Export')
}

/** A statement list. `to` ends the certainty of what it declares: the end of a switch case, or nothing. */
export function list(walk: Walk, body: readonly Statement[], to = END): void {
  for (let i = 0; i < body.length; i++) listed(walk, body[i]!, to)
}

/** A statement in a list: the probe goes in front. */
function listed(walk: Walk, node: Statement, to: number): void {
  if (carriesProbe(node)) addSite(walk, node.start, node.end, 'statement')
  statement(walk, node, to)
}

/** A statement that is a body by itself (`if (x) y`): the probe needs braces around both. */
function single(walk: Walk, node: Statement): void {
  if (node.type === 'FunctionDeclaration') {
    // Annex B.3.3, `if (x) function f() {}`: in braces it would be another function.
    inScope(walk, node.start, () => functionDeclaration(walk, node))
  } else if (carriesProbe(node)) {
    addWrapped(walk, node, 'statement', () => statement(walk, node, END))
  } else {
    statement(walk, node, END)
  }
}

/** Hoisted declarations run before any statement, blocks have statements inside, and `var x` alone does nothing. */
function carriesProbe(node: Statement): boolean {
  switch (node.type) {
    case 'BlockStatement':
    case 'EmptyStatement':
    case 'FunctionDeclaration':
      return false
    case 'VariableDeclaration':
      return node.declarations.some((declarator) => declarator.init != null)
    case 'LabeledStatement':
      return node.body.type === 'LabeledStatement' || node.body.type === 'BlockStatement' || carriesProbe(node.body)
    default:
      return true
  }
}

function statement(walk: Walk, node: Statement, to: number): void {
  const { loop } = walk
  switch (node.type) {
    case 'ExpressionStatement':
      expression(walk, node.expression)
      break
    case 'VariableDeclaration':
      variables(walk, node, to)
      break
    case 'FunctionDeclaration':
      functionDeclaration(walk, node)
      break
    case 'ClassDeclaration':
      classDeclaration(walk, node, to)
      break
    case 'BlockStatement':
      block(walk, node)
      break
    case 'ReturnStatement':
      leaving(walk, 'return', node, node.argument ?? null)
      walk.fn.steps.push(JUMP)
      return
    case 'ThrowStatement':
      if (walk.catches > 0) expression(walk, node.argument)
      else leaving(walk, 'throw', node, node.argument)
      walk.fn.steps.push(JUMP)
      break
    case 'IfStatement':
      expression(walk, node.test)
      walk.fn.steps.push(FORK)
      single(walk, node.consequent)
      walk.fn.steps.push(ELSE)
      if (node.alternate != null) single(walk, node.alternate)
      walk.fn.steps.push(JOIN)
      return
    case 'ForStatement':
      walk.loop ??= node.start
      inLoop(walk, () => inHeadScope(walk, node, node.init, () => forLoop(walk, node)))
      walk.loop = loop
      break
    case 'ForInStatement':
    case 'ForOfStatement':
      walk.loop ??= node.start
      inLoop(walk, () => inHeadScope(walk, node, node.left, () => forEach(walk, node)))
      walk.loop = loop
      break
    case 'WhileStatement':
      walk.loop ??= node.start
      inLoop(walk, () => {
        expression(walk, node.test)
        single(walk, node.body)
      })
      walk.loop = loop
      break
    case 'DoWhileStatement':
      walk.loop ??= node.start
      inLoop(walk, () => {
        single(walk, node.body)
        expression(walk, node.test)
      })
      walk.loop = loop
      break
    case 'SwitchStatement':
      inRegion(walk, () => switchStatement(walk, node))
      break
    case 'TryStatement':
      inRegion(walk, () => {
        if (node.handler != null) walk.catches++
        block(walk, node.block)
        if (node.handler != null) walk.catches--
        walk.fn.steps.push(RESET)
        if (node.handler != null) handler(walk, node.handler)
        walk.fn.steps.push(RESET)
        if (node.finalizer != null) block(walk, node.finalizer)
      })
      return
    case 'LabeledStatement':
      // Nothing may come between a label and its loop: `continue label` would lose it. The probe is before the label.
      inRegion(walk, () => statement(walk, node.body, to))
      break
    case 'WithStatement': {
      expression(walk, node.object)
      inRegion(walk, () => withBody(walk, node.body))
      return
    }
    case 'BreakStatement':
    case 'ContinueStatement':
      walk.fn.steps.push(JUMP)
      return
    case 'EmptyStatement':
    case 'DebuggerStatement':
      return
  }
}

function withBody(walk: Walk, node: Statement): void {
  const { untouched, asIs } = walk
  if (!untouched && !asIs) walk.skipped.push({ start: node.start, end: node.end, reason: 'with_body' })
  walk.untouched = untouched || !asIs
  inScope(walk, node.start, (scope) => {
    scope.asksObject = true
    single(walk, node)
  })
  walk.untouched = untouched
}

export function block(walk: Walk, node: BlockStatement): void {
  if (declaresLexically(node.body)) inScope(walk, node.start, () => list(walk, node.body))
  else list(walk, node.body)
}

/** Most blocks declare nothing; they need no scope of their own. */
function declaresLexically(body: readonly Statement[]): boolean {
  for (let i = 0; i < body.length; i++) {
    let node = body[i]!
    while (node.type === 'LabeledStatement') node = node.body
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return true
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') return true
  }
  return false
}

function variables(walk: Walk, node: VariableDeclaration, to: number): void {
  if (node.kind === 'await using') walk.fn.suspends = true
  for (const { id, init, end } of node.declarations) {
    // `var x` alone leaves x as it was.
    if (node.kind === 'var') declareVarPattern(walk, id, init != null)
    else declarePattern(walk, id, walk.scope, 'lexical', end, to)
    if (init != null) expression(walk, init, id.type === 'Identifier' ? id.name : '')
  }
}

function inHeadScope(
  walk: Walk,
  node: ForStatement | ForInStatement | ForOfStatement,
  head: ForStatement['init'] | ForOfStatement['left'],
  visit: () => void,
): void {
  if (head?.type === 'VariableDeclaration' && head.kind !== 'var') inScope(walk, node.start, visit)
  else visit()
}

function forLoop(walk: Walk, node: ForStatement): void {
  if (closesResources(node)) walk.fn.ownOnly = true
  if (node.init?.type === 'VariableDeclaration') variables(walk, node.init, END)
  else if (node.init != null) expression(walk, node.init)
  if (node.test != null) expression(walk, node.test)
  if (node.update != null) expression(walk, node.update)
  single(walk, node.body)
}

/**
 * `for (using file = open(); …; …)`. V8 13 and 14 close the resource once more where a function, any, is written in the loop, because each
 * turn then has a copy of the variables of the head.
 */
function closesResources({ init }: ForStatement): boolean {
  return init?.type === 'VariableDeclaration' && (init.kind === 'using' || init.kind === 'await using')
}

function forEach(walk: Walk, node: ForInStatement | ForOfStatement): void {
  if (node.type === 'ForOfStatement' && node.await) walk.fn.suspends = true
  if (node.left.type === 'VariableDeclaration') {
    const { kind, declarations } = node.left
    const { id, init } = declarations[0]!
    if (kind === 'await using') walk.fn.suspends = true
    if (kind === 'var') declareVarPattern(walk, id, true)
    // The expression on the right sees the names of the head uninitialised.
    else declarePattern(walk, id, walk.scope, 'lexical', node.body.start, END)
    // Annex B.3.5, `for (var i = 0 in object)`.
    if (init != null) expression(walk, init)
  } else {
    pattern(walk, node.left)
  }
  expression(walk, node.right)
  single(walk, node.body)
}

function switchStatement(walk: Walk, node: SwitchStatement): void {
  expression(walk, node.discriminant)
  const cases = () => {
    for (const branch of node.cases) {
      if (branch.test != null) expression(walk, branch.test)
      walk.fn.steps.push(RESET)
      // Another case may be entered without running this one, so its declarations are certain only here.
      list(walk, branch.consequent, branch.end)
    }
  }
  if (node.cases.some((branch) => declaresLexically(branch.consequent))) inScope(walk, node.start, cases)
  else cases()
}

function handler(walk: Walk, node: CatchClause): void {
  const { param, body } = node
  if (param == null) {
    block(walk, body)
    return
  }
  inScope(walk, node.start, (scope) => {
    const kind = param.type === 'Identifier' ? 'catch' : 'catch-pattern'
    declarePattern(walk, param, scope, kind, body.start, END)
    block(walk, body)
  })
}

function moduleDeclaration(walk: Walk, node: ModuleDeclaration): void {
  switch (node.type) {
    case 'ImportDeclaration':
      imports(walk, node)
      break
    case 'ExportNamedDeclaration':
      exportNamed(walk, node)
      break
    case 'ExportDefaultDeclaration':
      exportDefault(walk, node)
      break
    case 'ExportAllDeclaration':
      return
  }
}

function imports(walk: Walk, node: ImportDeclaration): void {
  for (const { local } of node.specifiers) walk.scope.declare(local.name, 'import', local.start)
}

function exportNamed(walk: Walk, node: ExportNamedDeclaration): void {
  if (node.declaration != null) {
    if (carriesProbe(node.declaration)) addSite(walk, node.start, node.end, 'statement')
    statement(walk, node.declaration, END)
    return
  }
  if (node.source != null) return
  for (const { local } of node.specifiers) if (local.type === 'Identifier') reference(walk, local.name)
}

function exportDefault(walk: Walk, node: ExportDefaultDeclaration): void {
  const { declaration } = node
  if (declaration.type === 'FunctionDeclaration') {
    functionDeclaration(walk, declaration)
    return
  }
  addSite(walk, node.start, node.end, 'statement')
  if (declaration.type === 'ClassDeclaration') classDeclaration(walk, declaration, END)
  else expression(walk, declaration, 'default')
}
