import type { AssignmentProperty, ObjectPattern, Pattern, RestElement } from 'acorn'
import { expression, reference } from './expressions.ts'
import type { BindingKind, Scope } from './scope.ts'
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
  if (node.type === 'Identifier') scope.declare(node.name, kind, node.start, from, to)
  else visit(walk, node, (name, at) => scope.declare(name, kind, at, from, to))
}

/** Visits an assignment target; its names are references. */
export function pattern(walk: Walk, node: Pattern): void {
  visit(walk, node, (name) => reference(walk, name))
}

function visit(walk: Walk, node: Pattern, onName: OnName): void {
  switch (node.type) {
    case 'Identifier':
      return onName(node.name, node.start)
    case 'ObjectPattern':
      return properties(walk, node, onName)
    case 'ArrayPattern':
      for (const element of node.elements) if (element != null) visit(walk, element, onName)
      return
    case 'RestElement':
      return visit(walk, node.argument, onName)
    case 'AssignmentPattern':
      visit(walk, node.left, onName)
      return expression(walk, node.right, node.left.type === 'Identifier' ? node.left.name : '')
    default:
      // A member, possibly in parentheses: `[a.b, (c)] = d`.
      return expression(walk, node)
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
