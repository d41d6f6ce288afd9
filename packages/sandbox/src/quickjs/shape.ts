import { type Arrow, childrenOf, type MethodCall, type Pattern, type Term } from '../language/term.ts'

/**
 * What a guest program can see of a value that is handed in, so that no more than that is copied: `all` of it,
 * `none` but its identity and truth, or some members and something of each element.
 */
export type Shape = 'all' | 'none' | Parts
export interface Parts {
  members: ReadonlyMap<string, Shape>
  items: Shape | undefined
}

/** Says of any term inside `root` what the program reads of its value. */
export function createShapeFinder(root: Term): (term: Term) => Shape {
  const parents = new Map<Term, Term>()
  connect(root)

  function connect(term: Term): void {
    for (const child of childrenOf(term)) {
      parents.set(child, term)
      connect(child)
    }
  }

  function shapeOf(term: Term): Shape {
    // A result leaves the guest by its identity; the host has the real one.
    if (term === root) return 'none'
    const parent = parents.get(term)
    switch (parent?.type) {
      case 'chain':
      case 'logical':
        return shapeOf(parent)
      case 'member':
        if (parent.object !== term || parent.key.type !== 'constant') return 'all'
        return { members: new Map([[String(parent.key.value), shapeOf(parent)]]), items: undefined }
      case 'conditional':
        return parent.test === term ? 'none' : shapeOf(parent)
      case 'unary':
        return parent.operator === '!' || parent.operator === 'typeof' ? 'none' : 'all'
      case 'arrow':
        return parent.body === term && ASKS_TRUTH.has(methodOf(parent)?.name ?? '') ? 'none' : 'all'
      case 'method-call':
        return parent.object === term ? shapeOfReceiver(parent) : 'all'
      default:
        return 'all'
    }
  }

  function methodOf(arrow: Arrow): MethodCall | undefined {
    const call = parents.get(arrow)
    return call?.type === 'method-call' ? call : undefined
  }

  function shapeOfReceiver(call: MethodCall): Shape {
    const callback = call.args[0]
    if (callback === undefined || callback.spread || callback.value.type !== 'arrow') return 'all'
    const arrow = callback.value
    switch (call.name) {
      case 'some':
      case 'every':
      case 'findIndex':
      case 'findLastIndex':
      case 'map':
      case 'flatMap':
        return itemsSeen(arrow, [0], 2)
      case 'find':
      case 'findLast':
        return merge(itemsSeen(arrow, [0], 2), { members: NO_MEMBERS, items: shapeOf(call) })
      case 'filter':
        return merge(itemsSeen(arrow, [0], 2), ofCopy(shapeOf(call)))
      case 'toSorted':
        return merge(itemsSeen(arrow, [0, 1], 2), ofCopy(shapeOf(call)))
      case 'reduce':
      case 'reduceRight':
        // Without a first value the first element is it, and goes wherever the result goes.
        return call.args.length === 2 ? itemsSeen(arrow, [1], 3) : 'all'
      default:
        return 'all'
    }
  }

  /** @param whole The parameter that is the array itself. */
  function itemsSeen(arrow: Arrow, elements: readonly number[], whole: number): Shape {
    if (arrow.params[whole] !== undefined || arrow.rest !== undefined) return 'all'
    return {
      members: NO_MEMBERS,
      items: elements.map((index) => shapeOfPattern(arrow.params[index], arrow)).reduce(merge),
    }
  }

  function shapeOfPattern(pattern: Pattern | undefined, arrow: Arrow): Shape {
    switch (pattern?.type) {
      case undefined:
        return 'none'
      case 'parameter':
        return usesOf(pattern.id, arrow).map(shapeOf).reduce(merge, 'none')
      case 'default':
        return shapeOfPattern(pattern.pattern, arrow)
      case 'array':
        return 'all'
      case 'object':
        if (pattern.rest !== undefined) return 'all'
        return pattern.properties
          .map(({ key, value }): Shape => {
            if (key.type !== 'constant') return 'all'
            return { members: new Map([[String(key.value), shapeOfPattern(value, arrow)]]), items: undefined }
          })
          .reduce(merge, { members: NO_MEMBERS, items: undefined })
    }
  }

  return shapeOf
}

/** Callbacks whose answer is only tested for truth. */
const ASKS_TRUTH: ReadonlySet<string> = new Set([
  ...['some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'filter'],
])
const NO_MEMBERS: ReadonlyMap<string, Shape> = new Map()

/** Of a list with some of the same elements: its elements are seen, its other members are its own. */
function ofCopy(shape: Shape): Shape {
  return typeof shape === 'string'
    ? shape === 'all'
      ? 'all'
      : EMPTY
    : { members: NO_MEMBERS, items: shape.items ?? 'none' }
}
const EMPTY: Shape = { members: NO_MEMBERS, items: 'none' }

function usesOf(id: number, term: Term): Term[] {
  if (term.type === 'parameter') return term.id === id ? [term] : []
  return childrenOf(term).flatMap((child) => usesOf(id, child))
}

export function merge(a: Shape, b: Shape): Shape {
  if (a === 'all' || b === 'all') return 'all'
  if (a === 'none') return b
  if (b === 'none') return a
  const members = new Map(a.members)
  for (const [name, shape] of b.members) members.set(name, merge(members.get(name) ?? 'none', shape))
  const items = a.items === undefined || b.items === undefined ? (a.items ?? b.items) : merge(a.items, b.items)
  return { members, items }
}
