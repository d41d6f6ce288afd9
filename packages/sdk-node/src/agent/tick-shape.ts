import { executionAsyncResource } from 'node:async_hooks'

/** What a thread holds on to so that `process.nextTick` stays fast; nothing reads it. */
export interface TickShape {
  /** `undefined` until the next tick, and when that carries data of the application. */
  readonly kept: object | undefined
}

/**
 * Keeps one of the objects that Node's own `process.nextTick` makes for each call, and with it the shape of all of them.
 *
 * V8 remembers which shape the literal in `nextTick` has, weakly. When a full garbage collection finds no such object, the
 * shape is gone, the literal counts as one of many shapes for the rest of the thread's life, and each tick builds its object in
 * V8's runtime: a tenth of the CPU of a small HTTP service. Which collection that is depends on what was allocated at
 * start-up, so an agent may bring it on. With one object alive there is none.
 *
 * @param nextTick of the process
 */
export function keepTickShape(nextTick: (callback: () => void) => void): TickShape {
  const shape: { kept: object | undefined } = { kept: undefined }
  nextTick(() => {
    try {
      const tick = executionAsyncResource()
      // With a store of an `AsyncLocalStorage` it would keep a request of the application alive.
      if (!Object.getOwnPropertySymbols(tick).some((key) => isObject(Reflect.get(tick, key)))) shape.kept = tick
    } catch {
      // This is a turn of the application's: what it has done to the built-in functions is not to end it.
    }
  })
  return shape
}

function isObject(value: unknown): boolean {
  return Object(value) === value
}
