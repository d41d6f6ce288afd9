import { append } from '../direct/lists.ts'
import type { Closure, Values, World } from '../direct/world.ts'
import { type NoValue, Stop, unsafe } from '../evaluate/evaluation.ts'
import type { Term } from '../language/term.ts'
import { ANSWER, ANSWERED_NUMBER, IS_NUMBER, IS_TRUE, type Kind, MIXED, NOT_SEPARABLE, NUMBERS } from './cells.ts'
import { createDecoder } from './decode.ts'
import { asStop, createEncoder } from './encode.ts'
import type { Engine } from './engine.ts'
import type { Flat } from './flat.ts'
import { createGatherer, DECLINED, kindsOf } from './gather.ts'
import { outlinesOf } from './outline.ts'
import { createProgram, type Program } from './program.ts'
import type { GuestFunction, Vm } from './vm.ts'

/**
 * Variants of a program that are kept: one for each set of inputs that had no value and of lists that came as rows.
 * Usually all have one, and all lists are rows; a program that meets more than these compiles again, about 0.1 ms.
 */
const MAX_VARIANTS = 8

/** Values in a row that were not for it, until a flat program is tried on one in `RETRIED` only. */
const MAX_DECLINED = 16
const RETRIED = 64

/** Fuel for a step into QuickJS and back: 2 to 3 µs. */
const GUEST_CALL = 50

/** A term that QuickJS runs, compiled once for an expression and run from any binding of it. */
export interface GuestTerm {
  /** Compiles for the machine that is loaded, so that the first hit need not. */
  prepare(): NoValue | undefined
  bind(compile: (term: Term) => Closure, isVariable: (name: string) => boolean): Closure
  dispose(): void
}

interface FlatVariant {
  kinds: number
  fields: readonly Kind[]
  takesTexts: boolean
  target: GuestFunction | NoValue
}

export function createGuest(world: World, engine: Engine) {
  const encode = createEncoder(world)
  const gatherer = createGatherer(world)
  const decode = createDecoder(world)
  const { intrinsics, meter, limits, redactor } = world

  return function createGuestTerm(term: Term, wholly: boolean): GuestTerm {
    const program: Program = createProgram(term, wholly, redactor, limits.copyDepth)
    const { outlines, rows } = outlinesOf(program.inputs, redactor, program.elementsAt)
    const { flat } = program
    const allInRows = (1 << rows.length) - 1
    let variants: { key: string; target: GuestFunction | NoValue }[] = []
    /** Those without objects, by the kinds of their fields. */
    let flatVariants: FlatVariant[] = []
    /** How often in a row the values were not for a flat variant. */
    let declined = 0
    let generation = -1

    function mustKnow(): void {
      if (generation === engine.generation) return
      generation = engine.generation
      variants = []
      flatVariants = []
    }

    /** The last one is for any kinds. */
    function flatVariantFor(vm: Vm, kinds: number, fields: number): FlatVariant {
      for (let i = 0; i < flatVariants.length; i++) {
        const variant = flatVariants[i] as FlatVariant
        if (variant.kinds === kinds || i === MAX_VARIANTS - 1) return variant
      }
      const known =
        flatVariants.length === MAX_VARIANTS - 1 ? new Array<Kind>(fields).fill(MIXED) : kindsOf(kinds, fields)
      const takesTexts = known.some((kind) => kind !== NUMBERS)
      const variant = { kinds, fields: known, takesTexts, target: vm.compile(program.flatSource(known)) }
      flatVariants.push(variant)
      return variant
    }

    function variantFor(vm: Vm, missing: readonly number[], inRows: number): GuestFunction | NoValue {
      mustKnow()
      let key = `${inRows}`
      for (let i = 0; i < missing.length; i++) key += `,${missing[i]}`
      for (let i = 0; i < variants.length; i++) {
        const variant = variants[i] as (typeof variants)[number]
        if (variant.key === key) return variant.target
      }
      const target = vm.compile(
        program.source(
          new Set(missing),
          rows.filter(({ bit }) => (inRows & bit) !== 0),
        ),
      )
      if (variants.length >= MAX_VARIANTS) disposeOf(variants.splice(1))
      variants.push({ key, target })
      return target
    }

    function run(inputs: readonly Closure[], values: Values): unknown {
      const vm = engine.current()
      if (vm === undefined) throw new Stop(notLoaded(engine.problem))
      meter.spend(GUEST_CALL)
      meter.mustBeInTime()
      const given: unknown[] = []
      const failures: (Stop | undefined)[] = []
      let failed = false
      // All are read before any is written: reading one may run another guest program, and so write a message.
      for (let i = 0; i < inputs.length; i++) {
        let value: unknown
        let failure: Stop | undefined
        try {
          value = (inputs[i] as Closure)(values)
        } catch (thrown) {
          failure = asStop(thrown)
          failed = true
        }
        append(given, value)
        append(failures, failure)
      }
      mustKnow()
      if (flat !== undefined && !failed && isWorthTrying()) {
        const answer = runFlat(vm, flat, given)
        if (answer !== DECLINED) return answer
        declined++
      }
      const message = encode(outlines, given, failures)
      const target = variantFor(vm, message.missing, message.inRows)
      if ('status' in target) throw new Stop(target)
      const answer = vm.call(target, message.text, meter.deadlineMs())
      if (typeof answer !== 'string') throw new Stop(answer ?? ABSENT)
      return decode(answer, message.objects, message.failures)
    }

    /** Where values are seldom for it, it is tried seldom. */
    function isWorthTrying(): boolean {
      if (declined < MAX_DECLINED) return true
      declined++
      return declined % RETRIED === 0
    }

    function runFlat(vm: Vm, flat: Flat, given: readonly unknown[]): unknown {
      const kinds = gatherer.read(flat, given, vm.numbers())
      if (kinds === DECLINED) return DECLINED
      const { fields, takesTexts, target } = flatVariantFor(vm, kinds, flat.fields)
      // Compiling may have moved the numbers.
      const text = gatherer.write(flat, fields, vm.numbers())
      if ('status' in target) throw new Stop(target)
      if (text !== '' && (text === undefined || !vm.isExact(text))) return DECLINED
      const answer = vm.call(target, takesTexts ? text : undefined, meter.deadlineMs())
      if (answer === undefined) return fromNumbers(vm.numbers())
      declined = 0
      if (typeof answer !== 'string') throw new Stop(answer)
      return decode(answer, NO_OBJECTS, NO_FAILURES)
    }

    function fromNumbers(numbers: Float64Array): unknown {
      const answer = numbers[ANSWER]
      if (answer === NOT_SEPARABLE) return DECLINED
      declined = 0
      return answer === IS_NUMBER ? numbers[ANSWERED_NUMBER] : answer === IS_TRUE
    }

    return {
      prepare() {
        const vm = engine.current()
        if (vm === undefined) return notLoaded(engine.problem)
        const target = variantFor(vm, [], allInRows)
        return 'status' in target ? target : undefined
      },
      bind(compile, isVariable) {
        for (const name of program.languageNames) {
          if (!isVariable(name)) continue
          const reason = unsafe(`${name} is a variable here; inside a callback it would be the language's own`)
          return () => {
            throw reason
          }
        }
        const inputs = program.inputs.map((input) => withBuiltIns(compile(input.term), [...input.methods]))
        return (values) => run(inputs, values)
      },
      dispose() {
        disposeOf(variants)
        disposeOf(flatVariants)
        variants = []
        flatVariants = []
      },
    }
  }

  /** The value, which must have built-in methods under the names that are called on it: its own would be the application's. */
  function withBuiltIns(read: Closure, methods: readonly string[]): Closure {
    if (methods.length === 0) return read
    return (values) => {
      const value = read(values)
      if (value === undefined || value === null) return value
      for (let i = 0; i < methods.length; i++) {
        const view = world.mirror.get(value, methods[i] as string)
        if (view.status === 'unsafe') throw unsafe(view.of)
        if (view.status !== 'value' || typeof view.value !== 'function') continue
        if (!intrinsics.setHas(intrinsics.builtInMethods, view.value)) {
          throw unsafe(`function ${methods[i]} of the application`)
        }
      }
      return value
    }
  }
}

const ABSENT: NoValue = { status: 'failed', message: 'QuickJS gave no answer' }
const NO_OBJECTS: readonly object[] = []
const NO_FAILURES: readonly (Stop | undefined)[] = []

export type Guest = ReturnType<typeof createGuest>

const notLoaded = (problem: string | undefined): NoValue =>
  problem === undefined
    ? { status: 'unavailable', message: 'QuickJS is still being loaded; await prepare() before the first evaluation' }
    : { status: 'failed', message: problem }

function disposeOf(variants: readonly { target: GuestFunction | NoValue }[]): void {
  for (const { target } of variants) if (!('status' in target)) target.dispose()
}
