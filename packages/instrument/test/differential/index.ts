// What scripts use of the harness.
export { differential } from './command.ts'
export { compareAll } from './compare-all.ts'
export { RUN_OPTIONS, readRunSettings, UsageError } from './settings.ts'
export { Tally } from './tally.ts'
