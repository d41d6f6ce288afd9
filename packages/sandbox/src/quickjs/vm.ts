import type { NoValue } from '../evaluate/evaluation.ts'
import { outcomeOf as outcomeOfHost } from '../evaluate/outcome-of.ts'
import type { Clock, SandboxLimits } from '../limits.ts'
import { ANSWER, AS_TEXT } from './cells.ts'
import type { Address, Machine } from './machine.ts'
import { PRELUDE } from './prelude.ts'

/** One QuickJS with its bounds: compiles functions and calls them. */
export interface Vm {
  /** The function that `source` evaluates to, or why there is none. */
  compile(source: string): GuestFunction | NoValue
  /** What it answers, a text, or why there is none. Undefined when it answers in the shared numbers; see `cells.ts`. */
  call(target: GuestFunction, text: string | undefined, deadlineMs: number): string | NoValue | undefined
  /** Whether the guest would get exactly this text. */
  isExact(text: string): boolean
  /** Shared with the guest, which has them as `$numbers`. Good until the next call. */
  numbers(): Float64Array
  /** WebAssembly was left in the middle: nothing in there can be trusted any more. */
  readonly broken: boolean
  dispose(): void
}

export interface GuestFunction {
  readonly at: Address
  dispose(): void
}

/** The clock by which a machine stops, which must be there before the machine. */
export interface Deadline {
  atMs: number
}

/** A new context takes 2 ms the first time; it is made when QuickJS is loaded, never on a hit. */
export function createVm(machine: Machine, deadline: Deadline, limits: SandboxLimits, clock: Clock): Vm {
  let broken = false
  begin()

  function begin(): void {
    const prelude = machine.evaluate(PRELUDE)
    const numbers = machine.newNumbers()
    const begun = prelude < 0 || numbers < 0 ? -1 : machine.call(prelude, numbers)
    if (begun < 0) throw new Error('QuickJS does not take the prelude')
    machine.free(begun)
    machine.free(prelude)
  }

  function guarded<T>(untilMs: number, run: () => T | NoValue): T | NoValue {
    if (broken) return BROKEN
    deadline.atMs = untilMs
    try {
      return run()
    } catch (error) {
      broken = true
      // The host's stack ran out inside WebAssembly; anything else is an assertion of QuickJS.
      const outcome = outcomeOfHost(error)
      return outcome.status === 'exceeded' ? outcome : ABORTED
    } finally {
      deadline.atMs = Number.POSITIVE_INFINITY
    }
  }

  /** Whether a small evaluation still has room. If not, something has leaked, and would be in the way for ever. */
  function hasMemory(): boolean {
    // Without a deadline: it takes microseconds, and that the process had to wait says nothing about memory.
    return (
      guarded(Number.POSITIVE_INFINITY, () => {
        const answer = machine.evaluate('new Array(2000).fill(0).join("")')
        machine.free(answer < 0 ? -answer : answer)
        return answer >= 0
      }) === true
    )
  }

  function answerTo(target: GuestFunction, text: string | undefined): string | NoValue | undefined {
    machine.numbers()[ANSWER] = AS_TEXT
    const argument = text === undefined ? 0 : machine.newText(text)
    const answer = argument < 0 ? argument : machine.call(target.at, argument)
    if (answer < 0) return outcomeOf(machine, -answer)
    const answered = machine.numbers()[ANSWER] === AS_TEXT ? machine.textOf(answer) : undefined
    machine.free(answer)
    return answered
  }

  return {
    get broken() {
      return broken
    },
    compile(source) {
      return guarded(clock.nowMs() + limits.timeMs, () => {
        const at = machine.evaluate(source)
        if (at < 0) return outcomeOf(machine, -at)
        let isFreed = false
        return {
          at,
          dispose() {
            if (!broken && !isFreed) machine.free(at)
            isFreed = true
          },
        }
      })
    },
    call(target, text, untilMs) {
      const answer = guarded(untilMs, () => answerTo(target, text))
      if (isFull(answer) && !hasMemory()) broken = true
      return answer
    },
    isExact: (text) => machine.isExact(text),
    numbers: () => machine.numbers(),
    dispose() {
      if (broken) return
      broken = true
      try {
        machine.dispose()
      } catch {
        // QuickJS found that something of it has leaked. The instance is let go, with all of its memory.
      }
    },
  }
}

const ABORTED: NoValue = { status: 'failed', message: 'QuickJS gave up on this evaluation and is being restarted' }
const BROKEN: NoValue = { status: 'unavailable', message: 'QuickJS is being restarted' }

const isFull = (answer: string | NoValue | undefined): boolean =>
  typeof answer === 'object' ? answer.status === 'exceeded' && answer.budget === 'memory' : answer === 'xmemory'

/** Of what the guest could not catch. */
function outcomeOf(machine: Machine, error: Address): NoValue {
  const message = machine.messageOf(error)
  machine.free(error)
  if (message === 'interrupted') return { status: 'exceeded', budget: 'time' }
  // Without memory there is none for a message either.
  if (message === 'out of memory' || message === '') return { status: 'exceeded', budget: 'memory' }
  if (message === 'stack overflow') return { status: 'exceeded', budget: 'stack' }
  return { status: 'failed', message }
}
