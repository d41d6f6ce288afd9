/**
 * Adds to a list of ours. Assigning to an index would run a setter that the application has put under it on a
 * prototype; nearly always there is none, and asking is cheap.
 */
export function append(list: unknown[], value: unknown): void {
  const index = list.length
  if (index in list) define(list, index, value)
  else list[index] = value
}

/** As in `[a, , b]`. */
export function appendHole(list: unknown[]): void {
  list.length++
}

const { defineProperty } = Object

function define(list: unknown[], index: number, value: unknown): void {
  const descriptor = { __proto__: null, value, writable: true, enumerable: true, configurable: true }
  defineProperty(list, index, descriptor as PropertyDescriptor)
}
