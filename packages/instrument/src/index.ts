export type {
  FunctionExit,
  FunctionKind,
  Insertion,
  ModuleFormat,
  Outcome,
  ScriptPosition,
  SharedArguments,
  Site,
  SiteVariable,
  SkippedRegion,
  SkipReason,
  Surveyed,
  SurveyedFunction,
  SurveyedSite,
  SurveyOptions,
  Untouched,
  UntouchedReason,
  VariableScope,
  WeaveOptions,
  WeaveResult,
  Woven,
  WovenFunction,
} from './contract.ts'
export { siteAtOrAfter, siteCovering, sitesOnLine } from './find-sites.ts'
export {
  MAX_ARGUMENTS,
  MAX_CLOSURE_VARIABLES,
  MAX_FUNCTION_ARGUMENTS,
  MAX_MODULE_VARIABLES,
  MAX_SOURCE_LENGTH,
  MAX_WRAPS,
  MIN_ARGUMENTS,
  MIN_DECLARATIONS,
  MIN_LEAVE_LENGTH,
  MIN_OUTCOME_LENGTH,
} from './limits.ts'
export { originalPosition, wovenPosition } from './original-position.ts'
export {
  argumentOf,
  ownArguments,
  readOutcome,
  readVariable,
  readVariables,
  UNAVAILABLE,
  type VariableReading,
} from './read-variables.ts'
export { surveySites } from './survey-sites.ts'
export { type CellFunction, type SitePass, type Watch, watchCalls } from './watch-calls.ts'
export { weave } from './weave.ts'
