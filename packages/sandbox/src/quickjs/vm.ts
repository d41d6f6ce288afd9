import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from 'quickjs-emscripten-core'
import type { NoValue } from '../evaluate/evaluation.ts'
import { outcomeOf as outcomeOfHost } from '../evaluate/outcome-of.ts'
import type { Clock, SandboxLimits } from '../limits.ts'
import { PRELUDE } from './prelude.ts'

/** One QuickJS with its bounds: compiles functions from text to text and calls them. */
export interface Vm {
  /** The function that `source` evaluates to, or why there is none. */
  compile(source: string): GuestFunction | NoValue
  /** The answer, or why there is none. */
  call(target: GuestFunction, text: string, deadlineMs: number): string | NoValue
  /** WebAssembly was left in the middle: nothing in there can be trusted any more. */
  readonly broken: boolean
  dispose(): void
}

export interface GuestFunction {
  readonly handle: QuickJSHandle
  dispose(): void
}

/** A new context takes 2 ms the first time; it is made when QuickJS is loaded, never on a hit. */
export function createVm(module: QuickJSWASMModule, limits: SandboxLimits, clock: Clock): Vm {
  let deadlineMs = Number.POSITIVE_INFINITY
  let broken = false
  const runtime = module.newRuntime({ memoryLimitBytes: limits.memoryBytes, maxStackSizeBytes: limits.stackBytes })
  runtime.setInterruptHandler(() => clock.nowMs() > deadlineMs)
  const context = runtime.newContext()
  const prelude = context.evalCode(PRELUDE, 'prelude.js')
  context.unwrapResult(prelude).dispose()

  function guarded<T>(untilMs: number, run: () => T | NoValue): T | NoValue {
    if (broken) return BROKEN
    deadlineMs = untilMs
    try {
      return run()
    } catch (error) {
      broken = true
      // The host's stack ran out inside WebAssembly; anything else is an assertion of QuickJS.
      const outcome = outcomeOfHost(error)
      return outcome.status === 'exceeded' ? outcome : ABORTED
    } finally {
      deadlineMs = Number.POSITIVE_INFINITY
    }
  }

  /** Whether a small evaluation still has room. If not, something has leaked, and would be in the way for ever. */
  function hasMemory(): boolean {
    return (
      guarded(clock.nowMs() + limits.timeMs, () => {
        const result = context.evalCode('new Array(2000).fill(0).join("")')
        const { error } = result
        ;(error ?? result.value).dispose()
        return error === undefined
      }) === true
    )
  }

  return {
    get broken() {
      return broken
    },
    compile(source) {
      return guarded(clock.nowMs() + limits.timeMs, () => {
        const result = context.evalCode(source, 'expression.js', { strict: true })
        if (result.error) return outcomeOf(context, result.error)
        const handle = result.value
        return { handle, dispose: () => !broken && handle.alive && handle.dispose() }
      })
    },
    call(target, text, untilMs) {
      const answer = guarded(untilMs, () => {
        const argument = context.newString(text)
        const result = context.callFunction(target.handle, context.undefined, argument)
        argument.dispose()
        if (result.error) return outcomeOf(context, result.error)
        const answered = context.getString(result.value)
        result.value.dispose()
        return answered
      })
      if (isFull(answer) && !hasMemory()) broken = true
      return answer
    },
    dispose() {
      if (broken) return
      broken = true
      try {
        context.dispose()
        runtime.dispose()
      } catch {
        // QuickJS found that something of it has leaked. The instance is let go, with all of its memory.
      }
    },
  }
}

const ABORTED: NoValue = { status: 'failed', message: 'QuickJS gave up on this evaluation and is being restarted' }
const BROKEN: NoValue = { status: 'unavailable', message: 'QuickJS is being restarted' }

const isFull = (answer: string | NoValue): boolean =>
  typeof answer === 'string' ? answer === 'xmemory' : answer.status === 'exceeded' && answer.budget === 'memory'

/** Of what the guest could not catch. */
function outcomeOf(context: QuickJSContext, error: QuickJSHandle): NoValue {
  const property = context.getProp(error, 'message')
  const message = context.getString(property)
  property.dispose()
  error.dispose()
  if (message === 'interrupted') return { status: 'exceeded', budget: 'time' }
  // Without memory there is none for a message either.
  if (message === 'out of memory' || message === '') return { status: 'exceeded', budget: 'memory' }
  if (message === 'stack overflow') return { status: 'exceeded', budget: 'stack' }
  return { status: 'failed', message }
}
