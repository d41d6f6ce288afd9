import type { Expression, ObjectExpression, Pattern, PrivateIdentifier, SpreadElement, Super } from 'acorn'
import { isWovenName } from '../names.ts'
import { classExpression } from './classes.ts'
import { functionExpression } from './functions.ts'
import { pattern } from './patterns.ts'
import type { Walk } from './survey.ts'

type Operand = Expression | Pattern | SpreadElement | Super | PrivateIdentifier

export function reference(walk: Walk, name: string): void {
  if (name.charCodeAt(0) === 0x24 && isWovenName(name)) walk.alreadyWoven = true
  walk.scope.refer(name)
}

/** Visits children in source order, which is what keeps the edits sorted. `name` is what an anonymous function would be called. */
export function expression(walk: Walk, node: Operand, name = ''): void {
  switch (node.type) {
    case 'Identifier':
      return reference(walk, node.name)
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
    case 'NewExpression':
      expression(walk, node.callee)
      return each(walk, node.arguments)
    case 'BinaryExpression':
    case 'LogicalExpression':
      expression(walk, node.left)
      return expression(walk, node.right)
    case 'AssignmentExpression':
      pattern(walk, node.left)
      return expression(walk, node.right, node.left.type === 'Identifier' ? node.left.name : '')
    case 'ThisExpression':
      return thisExpression(walk)
    case 'ConditionalExpression':
      expression(walk, node.test)
      expression(walk, node.consequent)
      return expression(walk, node.alternate)
    case 'UnaryExpression':
    case 'UpdateExpression':
    case 'AwaitExpression':
    case 'SpreadElement':
      return expression(walk, node.argument)
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return expression(walk, node.expression, name)
    case 'ObjectExpression':
      return object(walk, node)
    case 'ArrayExpression':
      return each(walk, node.elements)
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return functionExpression(walk, node, name)
    case 'ClassExpression':
      return classExpression(walk, node, name)
    case 'TemplateLiteral':
    case 'SequenceExpression':
      return each(walk, node.expressions)
    case 'TaggedTemplateExpression':
      expression(walk, node.tag)
      return each(walk, node.quasi.expressions)
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
      return pattern(walk, node)
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
