import type { Closure, Values, World } from '../direct/world.ts'
import { type NoValue, Stop, unsafe } from '../evaluate/evaluation.ts'
import type { Term } from '../language/term.ts'
import { createDecoder } from './decode.ts'
import { createEncoder } from './encode.ts'
import type { Engine } from './engine.ts'
import { outlinesOf } from './outline.ts'
import { createProgram, type Program } from './program.ts'
import type { GuestFunction, Vm } from './vm.ts'

/**
 * Variants of a program that are kept: one for each set of inputs that had no value and of lists that came as rows.
 * Usually all have one, and all lists are rows; a program that meets more than these compiles again, about 0.1 ms.
 */
const MAX_VARIANTS = 8

/** Fuel for a step into QuickJS and back: 2 to 3 µs. */
const GUEST_CALL = 50

/** A term that QuickJS runs, compiled once for an expression and run from any binding of it. */
export interface GuestTerm {
  /** Compiles for the machine that is loaded, so that the first hit need not. */
  prepare(): NoValue | undefined
  bind(compile: (term: Term) => Closure, isVariable: (name: string) => boolean): Closure
  dispose(): void
}

export function createGuest(world: World, engine: Engine) {
  const encode = createEncoder(world)
  const decode = createDecoder(world)
  const { intrinsics, meter } = world

  return function createGuestTerm(term: Term, wholly: boolean): GuestTerm {
    const program: Program = createProgram(term, wholly)
    const { outlines, rows } = outlinesOf(program.inputs, world.redactor, program.elementsAt)
    const allInRows = (1 << rows.length) - 1
    let variants: { key: string; target: GuestFunction | NoValue }[] = []
    let generation = -1

    function variantFor(vm: Vm, missing: readonly number[], inRows: number): GuestFunction | NoValue {
      if (generation !== engine.generation) {
        generation = engine.generation
        variants = []
      }
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
      const message = encode(outlines, (index) => (inputs[index] as Closure)(values))
      const target = variantFor(vm, message.missing, message.inRows)
      if ('status' in target) throw new Stop(target)
      const answer = vm.call(target, message.text, meter.deadlineMs())
      if (typeof answer !== 'string') throw new Stop(answer)
      return decode(answer, message.objects, message.failures)
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
        variants = []
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

export type Guest = ReturnType<typeof createGuest>

const notLoaded = (problem: string | undefined): NoValue =>
  problem === undefined
    ? { status: 'unavailable', message: 'QuickJS is still being loaded; await prepare() before the first evaluation' }
    : { status: 'failed', message: problem }

function disposeOf(variants: readonly { target: GuestFunction | NoValue }[]): void {
  for (const { target } of variants) if (!('status' in target)) target.dispose()
}
