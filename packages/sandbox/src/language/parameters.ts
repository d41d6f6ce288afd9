import type { AssignmentProperty, Pattern as PatternNode } from 'acorn'
import { Fault } from './result.ts'
import type { Pattern, Term } from './term.ts'

/** Parameters in reach, by name. One that is not ready is declared further right and has no value yet. */
export type Names = ReadonlyMap<string, ParameterName>
export interface ParameterName {
  id: number
  ready: boolean
}

/** Declares the names of all parameters, so that a default that looks ahead is seen to. */
export function declareAll(
  nodes: readonly PatternNode[],
  outer: Names,
  nextId: () => number,
): Map<string, ParameterName> {
  const names = new Map(outer)
  for (const node of nodes) for (const name of namesIn(node)) names.set(name, { id: nextId(), ready: false })
  return names
}

/** A parameter of a callback as a pattern. Its names are ready afterwards. `lower` turns keys and defaults into terms. */
export function patternOf(
  node: PatternNode,
  names: Map<string, ParameterName>,
  lower: (node: { type: string }) => Term,
): Pattern {
  const inner = (child: PatternNode) => patternOf(child, names, lower)
  switch (node.type) {
    case 'Identifier': {
      const { id } = names.get(node.name) as ParameterName
      names.set(node.name, { id, ready: true })
      return { type: 'parameter', id }
    }
    case 'AssignmentPattern': {
      const value = lower(node.right)
      return { type: 'default', value, pattern: inner(node.left) }
    }
    case 'ObjectPattern': {
      const last = node.properties.at(-1)
      const properties = node.properties.filter((property) => property.type === 'Property')
      return {
        type: 'object',
        properties: properties.map((property) => {
          const key = keyOf(property, lower)
          return { key, value: inner(property.value) }
        }),
        rest: last?.type === 'RestElement' ? inner(last.argument) : undefined,
      }
    }
    case 'ArrayPattern': {
      const last = node.elements.at(-1)
      const items = last?.type === 'RestElement' ? node.elements.slice(0, -1) : node.elements
      return {
        type: 'array',
        items: items.map((item) => (item === null ? undefined : inner(item))),
        rest: last?.type === 'RestElement' ? inner(last.argument) : undefined,
      }
    }
  }
  throw new Fault('expression_not_allowed', 'A parameter is a name, { a, b: c } or [a, b]', node.start)
}

function keyOf({ computed, key }: AssignmentProperty, lower: (node: { type: string }) => Term): Term {
  if (computed) return lower(key)
  const value = key.type === 'Identifier' ? key.name : String((key as { value?: unknown }).value)
  if (value === '__proto__') throw new Fault('expression_not_allowed', '__proto__ is not allowed', key.start)
  return { type: 'constant', value, guest: false }
}

function namesIn(node: PatternNode): string[] {
  switch (node.type) {
    case 'Identifier':
      return [node.name]
    case 'AssignmentPattern':
      return namesIn(node.left)
    case 'RestElement':
      return namesIn(node.argument)
    case 'ObjectPattern':
      return node.properties.flatMap((each) => namesIn(each.type === 'Property' ? each.value : each))
    case 'ArrayPattern':
      return node.elements.flatMap((each) => (each === null ? [] : namesIn(each)))
    default:
      return []
  }
}
