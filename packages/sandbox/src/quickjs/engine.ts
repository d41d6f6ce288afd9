import type { Intrinsics } from '../direct/intrinsics.ts'
import type { Clock, SandboxLimits } from '../limits.ts'
import { loadMachine, takeCodec } from './machine.ts'
import { createVm, type Vm } from './vm.ts'

/** QuickJS when it is needed: loaded on the first wish, off the hot path, and loaded anew when it broke. */
export interface Engine {
  /** The machine, if it is there now. Asks for it to be loaded otherwise. */
  current(): Vm | undefined
  /** Settles when the machine is there. Rejects with the reason when it cannot be loaded. */
  ready(): Promise<void>
  /** Grows whenever there is a new machine, which knows no function of the one before. */
  readonly generation: number
  /** Why loading failed. */
  readonly problem: string | undefined
  dispose(): void
}

export function createEngine(limits: SandboxLimits, clock: Clock, intrinsics: Intrinsics): Engine {
  const codec = takeCodec(intrinsics)
  let vm: Vm | undefined
  let loading: Promise<void> | undefined
  let generation = 0
  let problem: string | undefined
  let disposed = false

  function load(): Promise<void> {
    // In a turn of its own: who asks may be at the end of the application's stack.
    loading ??= Promise.resolve()
      .then(loadVm)
      .then((loaded) => {
        loading = undefined
        if (disposed) return loaded.dispose()
        vm = loaded
        generation++
      })
      .catch((error: unknown) => {
        problem = `QuickJS could not be loaded: ${error instanceof Error ? error.message : String(error)}`
        throw error
      })
    return loading
  }

  async function loadVm(): Promise<Vm> {
    const deadline = { atMs: Number.POSITIVE_INFINITY }
    const machine = await loadMachine(limits, codec, () => clock.nowMs() > deadline.atMs)
    return createVm(machine, deadline, limits, clock)
  }

  return {
    get generation() {
      return generation
    },
    get problem() {
      return problem
    },
    current() {
      if (vm !== undefined && !vm.broken) return vm
      if (!disposed && problem === undefined) {
        vm = undefined
        load().catch(() => {}) // told by `problem` and by `ready`
      }
      return undefined
    },
    async ready() {
      if (vm === undefined || vm.broken) {
        vm = undefined
        await load()
      }
    },
    dispose() {
      disposed = true
      vm?.dispose()
      vm = undefined
    },
  }
}
