export type {
  FunctionKind,
  Insertion,
  ModuleFormat,
  ScriptPosition,
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
  MAX_CLOSURE_ARGUMENTS,
  MAX_FUNCTION_ARGUMENTS,
  MAX_MODULE_VARIABLES,
  MAX_SOURCE_LENGTH,
  MAX_WRAPS,
  MIN_ARGUMENTS,
} from './limits.ts'
export { originalPosition } from './original-position.ts'
export { readVariable, readVariables, UNAVAILABLE, type VariableReading } from './read-variables.ts'
export { surveySites } from './survey-sites.ts'
export { weave } from './weave.ts'
