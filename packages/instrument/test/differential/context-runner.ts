import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ContextOutcome, ContextProgram, ContextRequest, ContextResponse } from './context-program.ts'
import type { Runner, Variant } from './contract.ts'

/** A program that runs longer than this has lost its way; the longest of thousands took a second. */
const MAX_RUN_MS = 60_000

/** A thread that runs programs, each in a context of its own: thousands in the time that processes take for hundreds. */
export class ContextRunner implements Runner<ContextProgram, ContextOutcome> {
  readonly #script: string
  #worker: Worker | undefined

  /** @param script the built `context-worker.mjs` */
  constructor(script: string) {
    this.#script = script
  }

  /** One at a time: a program's stray output would land in another's. */
  async run(program: ContextProgram, variant: Variant): Promise<ContextOutcome> {
    this.#worker ??= await this.#start()
    const worker = this.#worker
    const request: ContextRequest = { program, variant }
    worker.postMessage(request)
    try {
      const [{ outcome }] = (await once(worker, 'message', { signal: AbortSignal.timeout(MAX_RUN_MS) })) as [
        ContextResponse,
      ]
      return outcome
    } catch (error) {
      await this[Symbol.asyncDispose]()
      if (error instanceof Error && error.name === 'AbortError') return TIMEOUT
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  async #start(): Promise<Worker> {
    const worker = new Worker(this.#script, { execArgv: ['--experimental-vm-modules', '--no-warnings'] })
    await once(worker, 'message')
    return worker
  }
}

const TIMEOUT: ContextOutcome = {
  ended: 'timeout',
  output: '',
  exports: '',
  probes: { woven: 0, armed: 0, hits: 0 },
  captures: {},
}
