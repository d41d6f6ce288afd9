import type { Pattern as PatternNode } from 'acorn'
import { Fault } from './result.ts'
import type { Pattern } from './term.ts'

/** Parameters in reach, by name. */
export type Names = ReadonlyMap<string, number>

/** A parameter of a callback: a name, `{ a, b: c }` or `[a, b]`. Declares its names in `names`. */
export function declare(node: PatternNode, names: Map<string, number>, nextId: () => number): Pattern {
  switch (node.type) {
    case 'Identifier': {
      const id = nextId()
      names.set(node.name, id)
      return { type: 'parameter', id }
    }
    case 'ObjectPattern':
      return {
        type: 'object',
        properties: node.properties.map((property) => {
          if (property.type === 'RestElement' || property.computed || property.key.type !== 'Identifier')
            refuse(property)
          return { key: (property.key as { name: string }).name, value: declare(property.value, names, nextId) }
        }),
      }
    case 'ArrayPattern':
      return {
        type: 'array',
        items: node.elements.map((item) => (item === null ? undefined : declare(item, names, nextId))),
      }
  }
  return refuse(node)
}

function refuse(node: { start: number }): never {
  throw new Fault('expression_not_allowed', 'A parameter is a name, { a, b: c } or [a, b]', node.start)
}
