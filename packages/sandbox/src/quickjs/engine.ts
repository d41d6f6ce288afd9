import type { Clock, SandboxLimits } from '../limits.ts'
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

export function createEngine(limits: SandboxLimits, clock: Clock): Engine {
  let vm: Vm | undefined
  let loading: Promise<void> | undefined
  let generation = 0
  let problem: string | undefined
  let disposed = false

  function load(): Promise<void> {
    // In a turn of its own: who asks may be at the end of the application's stack.
    loading ??= Promise.resolve()
      .then(loadModule)
      .then((module) => {
        loading = undefined
        if (disposed) return
        vm = createVm(module, limits, clock)
        generation++
      })
      .catch((error: unknown) => {
        problem = `QuickJS could not be loaded: ${error instanceof Error ? error.message : String(error)}`
        throw error
      })
    return loading
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

/** Each call makes an instance of its own: memory is never shared, and a broken one is simply let go. */
async function loadModule() {
  const [{ newQuickJSWASMModuleFromVariant, newVariant }, variant] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-wasmfile-release-sync'),
  ])
  // An abort would be printed to the application's output; it is an answer (`vm.ts`).
  const silent = newVariant(variant.default, { emscriptenModule: { print() {}, printErr() {} } as object })
  return newQuickJSWASMModuleFromVariant(silent)
}
