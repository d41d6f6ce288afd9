import { type Mirror, type PropertyView, uncurryThis } from '@lightrun/core'

const { getOwnPropertyDescriptor, getOwnPropertySymbols } = Object
const describe = uncurryThis(getOwnPropertyDescriptor(Symbol.prototype, 'description')?.get as () => string | undefined)

export const data = (view: PropertyView): unknown => (view.status === 'value' ? view.value : undefined)

/** What an object that is no proxy keeps under Node's own symbol of that name, the first: Node's are there before any of the application. */
export function ofSymbol(object: unknown, name: string, get: Mirror['get']): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  const symbols = getOwnPropertySymbols(object)
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i]
    if (symbol !== undefined && describe(symbol) === name) return data(get(object, symbol))
  }
  return undefined
}
