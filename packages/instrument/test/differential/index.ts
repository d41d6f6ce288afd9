// What scripts use of the harness.
export { differential } from './command.ts'
