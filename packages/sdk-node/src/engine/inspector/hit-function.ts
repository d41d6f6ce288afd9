import { LightrunError } from '@lightrun/core'
import type { SiteHit } from '../cells.ts'

/** What a condition makes in its frame: reads the variable of a slot, or throws. */
export type Accessor = (slot: number) => unknown

/**
 * The one function that conditions call, by a global name. The property exists only while something is armed, is not
 * enumerable, and nobody can guess its name.
 */
export interface HitFunction {
  readonly name: string
  /** Numbers a receiver, until disposed. @throws LightrunError `cell_unavailable` when the global object refuses. */
  add(receive: SiteHit): { number: number } & Disposable
}

/** @param name an identifier that nothing in this process uses */
export function createHitFunction(global: object, name: string): HitFunction {
  /** Looked up without a method: the application may have replaced that by one that throws. */
  const receivers: Record<number, SiteHit> = Object.create(null)
  let count = 0
  let last = 0

  function hit(number: number, accessor: Accessor): false {
    receivers[number]?.([accessor])
    return false
  }

  return {
    name,
    add(receive) {
      const isNew = count === 0
      if (isNew && !Reflect.defineProperty(global, name, { value: hit, configurable: true, enumerable: false })) {
        throw new LightrunError(
          'cell_unavailable',
          'the global object is frozen: the debugger could not find the probe',
        )
      }
      const number = ++last
      receivers[number] = receive
      count++
      return {
        number,
        [Symbol.dispose]() {
          if (receivers[number] === undefined) return
          delete receivers[number]
          count--
          if (count === 0) Reflect.deleteProperty(global, name)
        },
      }
    },
  }
}
