/**
 * A method as it is now, to be called with its receiver as first argument: the application may replace it later. Without
 * looking `call` up on a function that the application may own.
 */
export const uncurryThis = Function.prototype.bind.bind(Function.prototype.call) as <A extends unknown[], R>(
  method: (...args: A) => R,
) => (self: unknown, ...args: A) => R
