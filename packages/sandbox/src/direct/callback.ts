import { failed, unsafe } from '../evaluate/evaluation.ts'
import type { Functions } from './functions.ts'
import type { World } from './world.ts'

/** A function that the expression hands to a built-in. Never leaves an evaluation. */
export class Callback {
  readonly #run: (...args: unknown[]) => unknown
  constructor(run: (...args: unknown[]) => unknown) {
    this.#run = run
  }

  /** By its brand: `instanceof` would walk the prototypes of a value, which may be a proxy. */
  static runOf(value: unknown): ((...args: unknown[]) => unknown) | undefined {
    return typeof value === 'object' && value !== null && #run in value ? value.#run : undefined
  }
}

/** Fuel for a call of a built-in function. */
const BUILT_IN = 2

export function createCallbacks({ meter, intrinsics }: World, functions: Functions) {
  /** What was given to `method` as its callback: an arrow function, or a built-in as in `filter(Boolean)`. */
  return function callbackOf(value: unknown, method: string): (...args: unknown[]) => unknown {
    const own = Callback.runOf(value)
    if (own !== undefined) return own
    if (typeof value !== 'function') throw failed(`${method}() needs a callback, as in ${method}((item) => item.price)`)
    const builtIn = intrinsics.mapGet(functions.byIdentity, value) as
      | ((args: readonly unknown[]) => unknown)
      | undefined
    if (builtIn === undefined) throw unsafe('function of the application as a callback')
    return (...args) => {
      meter.spend(BUILT_IN)
      return builtIn(args)
    }
  }
}

export type Callbacks = ReturnType<typeof createCallbacks>
