export * from './check.ts'
export { type Budget, type Evaluation, type NoValue, UNAVAILABLE } from './evaluate/evaluation.ts'
export type { Bound, Expression, Layout, Scope, ScopeReading, Slot } from './expression.ts'
export {
  DEFAULT_LIMITS,
  MAX_BIGINT_BITS,
  MAX_BUILT_LIST,
  MAX_BUILT_STRING,
  MAX_SEARCH_PRODUCT,
  type SandboxLimits,
} from './limits.ts'
export type { Clock } from './quickjs/vm.ts'
export { type Compiled, createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'
