import { AsyncLocalStorage } from 'node:async_hooks'
import type { Own } from './expressions.ts'
import type { CalledFunction } from './point.ts'

/** Where the running code keeps what it has begun. */
export interface ContextCell<T> extends Disposable {
  get(): T | undefined
  set(value: T): void
}

/**
 * A value that follows the running code through `await`, timers and callbacks. The application does not see it, but
 * Node before 24 tracks every promise while there is one: it is made for an action that needs it and given up with it.
 */
export function createContextCell<T>(): ContextCell<T> {
  const storage = new AsyncLocalStorage<T>()
  return {
    get: () => storage.getStore(),
    set: (value) => storage.enterWith(value),
    [Symbol.dispose]: () => storage.disable(),
  }
}

/** For code that never awaits: calls end in the reverse of the order in which they began. */
export function createPlainCell<T>(): ContextCell<T> {
  let held: T | undefined
  return {
    get: () => held,
    set(value) {
      held = value
    },
    [Symbol.dispose]() {
      held = undefined
    },
  }
}

/** The cell for what the calls of a function have begun. */
export function contextFor<T>({ isAsync, isGenerator }: CalledFunction, own: Own): ContextCell<T> {
  const context = isAsync || isGenerator ? createContextCell<T>() : createPlainCell<T>()
  own(context)
  return context
}
