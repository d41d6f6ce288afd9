import { VALUES } from './built-ins.ts'
import type { Reference } from './result.ts'
import { childrenOf, type FunctionCall, type Term } from './term.ts'

/** The longest static paths from free variables, each once, in the order they are written. */
export function referencesOf(root: Term): Reference[] {
  const found = new Map<string, Reference>()
  visit(root)
  return [...found.values()]

  function visit(term: Term): void {
    const path = pathOf(term)
    if (path === undefined) for (const child of childrenOf(term)) visit(child)
    else if (!VALUES.has(path[0])) found.set(JSON.stringify(path), path)
  }
}

/** Free variables in the order they are met, names of the language among them. */
export function freeNamesOf(root: Term): string[] {
  const found = new Set<string>()
  visit(root)
  return [...found]

  function visit(term: Term): void {
    if (term.type === 'name') found.add(term.name)
    // `Math.max(…)` and `isNaN(…)` mean something else when the application has a variable of that name.
    if (term.type === 'function-call') found.add(rootOf(term))
    for (const child of childrenOf(term)) visit(child)
  }
}

/** The name that a built-in is found under. */
export const rootOf = ({ namespace, name }: FunctionCall): string =>
  namespace === undefined || namespace === 'new' ? name : namespace

function pathOf(term: Term): Reference | undefined {
  switch (term.type) {
    case 'name':
      return [term.name]
    case 'chain':
      return pathOf(term.body)
    case 'member': {
      if (term.key.type !== 'constant') return undefined
      const path = pathOf(term.object)
      return path && [...path, String(term.key.value)]
    }
    default:
      return undefined
  }
}
