import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildHarness } from './build.mjs'
import { ContextRunner } from './context-runner.ts'
import type { Variant } from './contract.ts'

export const DORMANT: Variant = { weaving: 'dormant' }
/** Every site there is. */
export const ALL_ARMED: Variant = { weaving: 'armed', seed: 1, share: 1 }

/** The harness for tests: built from the present sources, gone after the suite. */
export class Harness implements Disposable {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async build(): Promise<Harness> {
    const folder = mkdtempSync(join(tmpdir(), 'lightrun-harness-'))
    await buildHarness(folder)
    return new Harness(folder)
  }

  contextRunner(): ContextRunner {
    return new ContextRunner(join(this.#folder, 'context-worker.mjs'))
  }

  /** For the processes under test. */
  get preload(): string {
    return join(this.#folder, 'preload.cjs')
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
