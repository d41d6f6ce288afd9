export * from './check.ts'
export { type Budget, type Evaluation, type NoValue, UNAVAILABLE } from './evaluate/evaluation.ts'
export type { Bound, Expression, Layout, Scope, ScopeReading, Slot } from './expression.ts'
export { type CompiledFormat, MAX_LINE_LENGTH } from './format/compile-format.ts'
export type { Field, Format, Line } from './format/format.ts'
export {
  type Clock,
  DEFAULT_LIMITS,
  MAX_BIGINT_BITS,
  MAX_BUILT_LIST,
  MAX_BUILT_STRING,
  MAX_GUEST_WORK,
  MAX_SEARCH_PRODUCT,
  type SandboxLimits,
} from './limits.ts'
export { type Compiled, type CompileOptions, createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'
