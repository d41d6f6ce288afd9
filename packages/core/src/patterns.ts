// Apart from the main entry: an agent loads the engine for patterns only when a policy has some.
export { type CompiledPattern, compilePattern, MAX_PATTERN_LENGTH } from './redact/custom-pattern.ts'
