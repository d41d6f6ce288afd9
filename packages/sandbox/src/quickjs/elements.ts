import { type Arrow, childrenOf, type MethodCall, type Term } from '../language/term.ts'

/** Which parameter of the callback is an element; what the method gives is none of the elements. */
const ELEMENT_AT: Readonly<Record<string, number>> = {
  ...{ some: 0, every: 0, map: 0, flatMap: 0, findIndex: 0, findLastIndex: 0 },
  ...{ reduce: 1, reduceRight: 1 },
}

/**
 * The parameters that are elements of a list, where of an element nothing is seen but its members, as in
 * `items.map(i => i.price)`. Nothing when the list or an element is used in any other way.
 */
export function elementsOf(root: Term, isList: (term: Term) => boolean): ReadonlySet<number> | undefined {
  const ids = new Set<number>()

  function isSeenByMembers(term: Term): boolean {
    if (isList(term)) return false
    if (term.type === 'parameter') return !ids.has(term.id)
    if (term.type === 'member' && term.object.type === 'parameter' && ids.has(term.object.id)) {
      return term.key.type === 'constant'
    }
    if (term.type !== 'method-call' || !isList(term.object)) return childrenOf(term).every(isSeenByMembers)
    const id = elementOf(term)
    if (id === undefined) return false
    ids.add(id)
    return term.args.every(({ value }) => isSeenByMembers(value))
  }

  return isSeenByMembers(root) && ids.size > 0 ? ids : undefined
}

/** Which parameter of its callback is an element, for a method whose result is none. */
export function positionOfElement({ name, args }: MethodCall): number | undefined {
  const position = Object.hasOwn(ELEMENT_AT, name) ? ELEMENT_AT[name] : undefined
  // Without a first value an element is one.
  return position === 1 && args.length !== 2 ? undefined : position
}

function elementOf(call: MethodCall): number | undefined {
  const position = positionOfElement(call)
  const arrow = call.args[0]?.value
  if (position === undefined || arrow?.type !== 'arrow') return
  const { params, rest }: Arrow = arrow
  const param = params[position]
  return rest === undefined && param?.type === 'parameter' ? param.id : undefined
}
