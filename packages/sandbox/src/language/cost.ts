import { CALLABLE, METHOD_COSTS } from './built-ins.ts'
import { childrenOf, type FunctionCall, type MethodCall, sizeOf, type Term } from './term.ts'

/** What an evaluation costs, as far as the text tells. Values tell the rest: see `Expression.spent`. */
export interface Cost {
  /** Constructs to evaluate, each once if there is no loop: about 10 ns each, 45 for one that reads a member. */
  terms: number
  /**
   * Nesting of loops over elements: 0 takes the same time whatever the values, 1 grows with the longest list that is
   * looked through, 2 with its square.
   */
  loops: number
  /** Steps into QuickJS, 2 µs and a copy each, not counting that a loop repeats them. */
  guestCalls: number
}

export function costOf(term: Term): Cost {
  return { terms: sizeOf(term), loops: loopsOf(term), guestCalls: guestsOf(term) }
}

function loopsOf(term: Term): number {
  const parts = childrenOf(term)
  if (term.type !== 'method-call' && term.type !== 'function-call') {
    const spreads = term.type === 'array' && term.items.some((item) => item?.spread)
    return Math.max(spreads ? 1 : 0, ...parts.map(loopsOf))
  }
  const cost = costClassOf(term)
  const own = cost === 'items' || cost === 'callback' || cost === 'copy' ? 1 : 0
  // A callback is run for every element, its arguments and its receiver once.
  return Math.max(own, ...parts.map((part) => loopsOf(part) + (part.type === 'arrow' ? own : 0)))
}

function guestsOf(term: Term): number {
  return term.guest ? 1 : childrenOf(term).reduce((sum, part) => sum + guestsOf(part), 0)
}

function costClassOf(call: FunctionCall | MethodCall) {
  if (call.type === 'method-call') {
    const cost = METHOD_COSTS.get(call.name)
    return cost === 'copy' && !call.guest ? 'text' : cost
  }
  if (call.namespace === undefined) return CALLABLE.get(call.name)
  return CALLABLE.get(call.namespace === 'new' ? `new ${call.name}` : `${call.namespace}.${call.name}`)
}
