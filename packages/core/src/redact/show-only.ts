import { uncurryThis } from '../mirror/uncurry-this.ts'
import type { Redactor } from './redactor.ts'
import { createSplitter, MAX_NAME_LENGTH } from './split-name.ts'

/** Stands for an object whose properties have names of their own. */
const ALWAYS_SHOWN = 'this'

/**
 * Hides everything but these names, written in any style: `orderTotal` is also `order_total`, and nothing else. What an
 * object shown by its name holds is asked for by its own names.
 */
export function createShowOnly(names: readonly string[]): Redactor {
  const has = uncurryThis(Set.prototype.has)
  const split = createSplitter()
  const join = uncurryThis(Array.prototype.join)
  const shown = new Set([ALWAYS_SHOWN, ...names].map((name) => split(name).join(' ')))
  return { hides: (name) => name.length > MAX_NAME_LENGTH || !has(shown, join(split(name), ' ')) }
}
