import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import ts from 'typescript'
import { weave } from '../../src/weave.ts'
import type { Outcome, Program, ProgramFile, Variant } from './contract.ts'

export interface SourceProgram {
  format: Program['format']
  entry: string
  sources: Readonly<Record<string, string>>
}

/** Prepares one variant of a program. A file that cannot be woven stays as it is. */
export function prepare({ format, entry, sources }: SourceProgram, variant: Variant): Program {
  const files: Record<string, ProgramFile> = {}
  for (const [filename, code] of Object.entries(sources)) {
    const result = variant === 'unwoven' ? undefined : weave(code, { filename, format })
    files[filename] = result?.status === 'woven' ? result : { code, cells: [], sites: [] }
  }
  return { format, entry, files, armed: variant === 'armed' }
}

/** A thread that runs programs, each in a context of its own. */
export class Runner implements AsyncDisposable {
  readonly #worker: Worker
  readonly #waiting = new Map<number, (outcome: Outcome) => void>()
  #id = 0

  constructor() {
    const reader = readFileSync(new URL('../../src/read-variables.ts', import.meta.url), 'utf8')
    const { outputText } = ts.transpileModule(reader, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    })
    this.#worker = new Worker(new URL('./worker.mjs', import.meta.url), {
      execArgv: ['--experimental-vm-modules', '--no-warnings'],
      workerData: { reader: outputText },
    })
    this.#worker.on('message', ({ id, outcome }: { id: number; outcome: Outcome }) => {
      this.#waiting.get(id)?.(outcome)
      this.#waiting.delete(id)
    })
  }

  /** One at a time: a program's stray output would land in another's. */
  run(program: Program): Promise<Outcome> {
    const id = this.#id++
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#worker.postMessage({ id, program })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }
}
