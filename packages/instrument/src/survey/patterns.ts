import type { AssignmentProperty, Expression, ObjectPattern, Pattern, RestElement } from 'acorn'
import { expression, reference } from './expressions.ts'
import type { BindingKind, Scope } from './scope.ts'
import { assign } from './steps.ts'
import type { Walk } from './survey.ts'

type OnName = (name: string, at: number) => void

/** Declares every name of a binding pattern and visits its computed keys and defaults. */
export function declarePattern(
  walk: Walk,
  node: Pattern,
  scope: Scope,
  kind: BindingKind,
  from: number,
  to: number,
): void {
  visit(walk, node, (name, at) => {
    scope.declare(name, kind, at, from, to)
    assign(walk, name)
  })
}

/** Likewise for `var`, which belongs to the function's body wherever it stands. */
export function declareVarPattern(walk: Walk, node: Pattern, assigned: boolean): void {
  const from = walk.loop ?? node.start
  visit(walk, node, (name, at) => {
    walk.fn.body!.declareVar(name, at, from)
    if (assigned) assign(walk, name)
  })
}

/** Visits an assignment target; its names are references. */
export function pattern(walk: Walk, node: Pattern | Expression): void {
  visit(walk, node, (name) => {
    reference(walk, name)
    assign(walk, name)
  })
}

function visit(walk: Walk, node: Pattern | Expression, onName: OnName): void {
  switch (node.type) {
    case 'Identifier':
      onName(node.name, node.start)
      break
    case 'ObjectPattern':
      properties(walk, node, onName)
      break
    case 'ArrayPattern':
      for (const element of node.elements) if (element != null) visit(walk, element, onName)
      return
    case 'RestElement':
      visit(walk, node.argument, onName)
      break
    case 'AssignmentPattern':
      visit(walk, node.left, onName)
      expression(walk, node.right, node.left.type === 'Identifier' ? node.left.name : '')
      break
    case 'ParenthesizedExpression':
      visit(walk, node.expression, onName)
      break
    default:
      // A member: `[a.b] = c`.
      expression(walk, node)
      break
  }
}

function properties(walk: Walk, node: ObjectPattern, onName: OnName): void {
  for (const property of node.properties as (AssignmentProperty | RestElement)[]) {
    if (property.type === 'RestElement') {
      visit(walk, property.argument, onName)
    } else {
      if (property.computed) expression(walk, property.key)
      visit(walk, property.value, onName)
    }
  }
}
