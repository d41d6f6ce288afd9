import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ContextOutcome, ContextProgram, ContextRequest, ContextResponse } from './context-program.ts'
import type { Runner, Variant } from './contract.ts'

/** A thread that runs programs, each in a context of its own: thousands in the time that processes take for hundreds. */
export class ContextRunner implements Runner<ContextProgram, ContextOutcome> {
  readonly #worker: Worker
  readonly #waiting = new Map<number, PromiseWithResolvers>()
  #id = 0

  /** @param worker has loaded the built `context-worker.mjs`, and said so */
  private constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', ({ id, outcome }: ContextResponse) => {
      this.#waiting.get(id)?.resolve(outcome)
      this.#waiting.delete(id)
    })
    worker.on('error', (error) => {
      for (const { reject } of this.#waiting.values()) reject(error)
    })
  }

  static async start(script: string): Promise<ContextRunner> {
    const worker = new Worker(script, { execArgv: ['--experimental-vm-modules', '--no-warnings'] })
    await once(worker, 'message')
    return new ContextRunner(worker)
  }

  /** One at a time: a program's stray output would land in another's. */
  run(program: ContextProgram, variant: Variant): Promise<ContextOutcome> {
    const request: ContextRequest = { id: this.#id++, program, variant }
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject })
      this.#worker.postMessage(request)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }
}

interface PromiseWithResolvers {
  resolve(outcome: ContextOutcome): void
  reject(error: Error): void
}
