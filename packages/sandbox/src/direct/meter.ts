import { exceeded } from '../evaluate/evaluation.ts'
import type { Clock, SandboxLimits } from '../limits.ts'

/** Fuel between two looks at the clock: well under 0.1 ms, and what an evaluation that never looks costs at most. */
const SLICE = 1_000
/** UTF-16 units that are looked through for the price of one element. */
const UNITS_PER_FUEL = 32

/** UTF-16 units up to which V8 looks at the text for its hash. */
const HASHED_LENGTH = 16_383

/** What is left for the evaluation that is running. One is running at a time: nothing in it calls the application. */
export class Meter {
  readonly #limits: SandboxLimits
  readonly #clock: Clock
  /** Fuel until the clock is looked at, and after that. */
  #slice = 0
  #rest = 0
  #units = 0
  #longKeys = 0
  /** The clock starts with the first slice that is used up: reading it costs as much as a short expression. */
  #deadlineMs: number | undefined = undefined

  constructor(limits: SandboxLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  begin(): void {
    const { fuel } = this.#limits
    this.#slice = smaller(fuel, SLICE)
    this.#rest = fuel - this.#slice
    this.#units = this.#limits.builtLength
    this.#longKeys = 0
    this.#deadlineMs = undefined
  }

  /** Elements, keys and entries visited, and terms of callbacks evaluated. */
  spend(amount: number): void {
    this.#slice -= amount
    if (this.#slice < 0) this.#nextSlice()
  }

  /** Text is looked through, in a native call. */
  read(length: number): void {
    if (length >= UNITS_PER_FUEL) this.spend((length / UNITS_PER_FUEL) | 0)
  }

  /**
   * Text becomes a key among `others`. V8 hashes a long one by its length alone, so that all of one length are compared
   * with each other.
   */
  hash(length: number, others = 0): void {
    if (length <= HASHED_LENGTH) return
    this.#longKeys++
    this.read(length * (this.#longKeys + others))
  }

  /** Text is made. */
  build(length: number): void {
    this.#units -= length
    if (this.#units < 0) throw exceeded('bytes')
  }

  /** For the evaluation as a whole, however often it goes into QuickJS. */
  deadlineMs(): number {
    this.#deadlineMs ??= this.#clock.nowMs() + this.#limits.timeMs
    return this.#deadlineMs
  }

  mustBeInTime(): void {
    const deadlineMs = this.deadlineMs()
    if (this.#clock.nowMs() > deadlineMs) throw exceeded('time')
  }

  /** Fuel that the latest evaluation took; at most all of it. */
  get spent(): number {
    const left = this.#slice + this.#rest
    return this.#limits.fuel - larger(left, 0)
  }

  #nextSlice(): void {
    const left = this.#slice + this.#rest
    if (left < 0) throw exceeded('fuel')
    this.mustBeInTime()
    this.#slice = smaller(left, SLICE)
    this.#rest = left - this.#slice
  }
}

const smaller = Math.min
const larger = Math.max
