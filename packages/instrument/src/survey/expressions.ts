import type { Expression, ObjectExpression, Pattern, PrivateIdentifier, SpreadElement, Super } from 'acorn'
import { isWovenName } from '../names.ts'
import { markCalledOnce } from './accessors.ts'
import { classExpression } from './classes.ts'
import type { FunctionDraft } from './draft.ts'
import { functionExpression } from './functions.ts'
import { pattern } from './patterns.ts'
import type { Walk } from './survey.ts'

type Operand = Expression | Pattern | SpreadElement | Super | PrivateIdentifier

export function reference(walk: Walk, name: string): void {
  if (name.charCodeAt(0) === 0x24 && isWovenName(name)) walk.alreadyWoven = true
  if (name === 'eval') for (let fn: FunctionDraft | null = walk.fn; fn !== null; fn = fn.parent) fn.evaluates = true
  walk.scope.refer(name)
}

/** Visits children in source order, which is what keeps the edits sorted. `name` is what an anonymous function would be called. */
export function expression(walk: Walk, node: Operand, name = ''): void {
  switch (node.type) {
    case 'Identifier':
      reference(walk, node.name)
      break
    case 'Literal':
    case 'Super':
    case 'MetaProperty':
    case 'PrivateIdentifier':
      return
    case 'MemberExpression':
      expression(walk, node.object)
      if (node.computed) expression(walk, node.property)
      return
    case 'CallExpression':
      markCalledOnce(walk, node)
      expression(walk, node.callee)
      each(walk, node.arguments)
      break
    case 'NewExpression':
      expression(walk, node.callee)
      each(walk, node.arguments)
      break
    case 'BinaryExpression':
    case 'LogicalExpression':
      expression(walk, node.left)
      expression(walk, node.right)
      break
    case 'AssignmentExpression':
      pattern(walk, node.left)
      expression(walk, node.right, node.left.type === 'Identifier' ? node.left.name : '')
      break
    case 'ThisExpression':
      thisExpression(walk)
      break
    case 'ConditionalExpression':
      expression(walk, node.test)
      expression(walk, node.consequent)
      expression(walk, node.alternate)
      break
    case 'UpdateExpression':
      pattern(walk, node.argument)
      break
    case 'AwaitExpression':
      walk.fn.suspends = true
      expression(walk, node.argument)
      break
    case 'UnaryExpression':
    case 'SpreadElement':
      expression(walk, node.argument)
      break
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      expression(walk, node.expression, name)
      break
    case 'ObjectExpression':
      object(walk, node)
      break
    case 'ArrayExpression':
      each(walk, node.elements)
      break
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      functionExpression(walk, node, name)
      break
    case 'ClassExpression':
      classExpression(walk, node, name)
      break
    case 'TemplateLiteral':
    case 'SequenceExpression':
      each(walk, node.expressions)
      break
    case 'TaggedTemplateExpression':
      expression(walk, node.tag)
      each(walk, node.quasi.expressions)
      break
    case 'YieldExpression':
      if (node.argument != null) expression(walk, node.argument)
      return
    case 'ImportExpression':
      expression(walk, node.source)
      if (node.options != null) expression(walk, node.options)
      return
    case 'ObjectPattern':
    case 'ArrayPattern':
    case 'RestElement':
    case 'AssignmentPattern':
      pattern(walk, node)
      break
  }
}

function each(walk: Walk, nodes: readonly (Expression | SpreadElement | null)[]): void {
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]
    if (node != null) expression(walk, node)
  }
}

function object(walk: Walk, node: ObjectExpression): void {
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      expression(walk, property.argument)
      continue
    }
    const { key, value, computed } = property
    if (computed) expression(walk, key)
    const name = computed ? '' : keyName(key)
    if (value.type !== 'FunctionExpression' || !(property.method || property.kind !== 'init')) {
      expression(walk, value, name)
      continue
    }
    const kind = property.method ? 'method' : property.kind === 'get' ? 'getter' : 'setter'
    functionExpression(walk, value, name, { kind, node: property })
  }
}

/** The name that a property's key gives to its function. */
export function keyName(key: Expression | PrivateIdentifier): string {
  if (key.type === 'Identifier') return key.name
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  return key.type === 'Literal' ? String(key.value) : ''
}

/** `this` of an arrow function is that of the function around it. */
function thisExpression(walk: Walk): void {
  let fn = walk.fn
  fn.usesThis = true
  while (fn.kind === 'arrow' && fn.parent !== null) {
    fn = fn.parent
    fn.usesThis = true
  }
}
