import { afterAll, beforeAll } from 'vitest'
import type { ContextRunner } from './context-runner.ts'
import { Harness } from './harness.ts'

/** For a test file: runs programs in the thread of one harness. Both are there before its tests and gone after them. */
export function runInContext(): ContextRunner['run'] {
  let harness: Harness
  let runner: ContextRunner
  beforeAll(async () => {
    harness = await Harness.build()
    runner = harness.contextRunner()
  })
  afterAll(async () => {
    await runner[Symbol.asyncDispose]()
    harness[Symbol.dispose]()
  })
  return (program, variant) => runner.run(program, variant)
}
