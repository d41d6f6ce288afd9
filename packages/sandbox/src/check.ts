// '@lightrun/sandbox/check': what an expression may be, for whoever takes one from a person. Runs in a browser.
// The tables of the language are for completion and help.
export {
  type BuiltIn,
  CONSTRUCTORS,
  COST_CLASSES,
  type CostClass,
  FUNCTIONS,
  METHODS,
  STATICS,
} from './language/built-ins.ts'
export { check } from './language/check.ts'
export { CONSTRUCTS, type Construct } from './language/constructs.ts'
export type { Cost } from './language/cost.ts'
export { type FormatPart, type FormatResult, parseFormat } from './language/format.ts'
export { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH, MAX_FORMAT_LENGTH } from './language/limits.ts'
export type { CheckResult, Engine, Reference, RefusalCode, Refused } from './language/result.ts'
