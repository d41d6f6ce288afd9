import { LightrunError } from '@lightrun/core'
import type { DirectCompiler } from './direct/compile.ts'
import type { Closure, Values, World } from './direct/world.ts'
import { type Evaluation, UNAVAILABLE } from './evaluate/evaluation.ts'
import { outcomeOf } from './evaluate/outcome-of.ts'
import type { Bound, Expression, Layout, Scope, Slot } from './expression.ts'
import { engineOf, verify } from './language/check.ts'
import { freeNamesOf, referencesOf } from './language/references.ts'
import type { Term } from './language/term.ts'
import type { Engine } from './quickjs/engine.ts'
import type { Guest, GuestTerm } from './quickjs/guest.ts'
import { guestTermsOf } from './quickjs/program.ts'
import type { Compiled } from './sandbox.ts'

/** Source → verified term → expression. */
export function createCompiler(world: World, compileIn: DirectCompiler, createGuestTerm: Guest, engine: Engine) {
  return function compile(source: string, onDispose: (expression: Expression) => void): Compiled {
    const verified = verify(source)
    if (verified.status === 'refused') return verified
    const { term } = verified
    const freeNames = freeNamesOf(term)
    const guests = new Map<Term, GuestTerm>()
    // The outermost; one inside an input of another is met when the expression is bound.
    for (const each of guestTermsOf(term)) guests.set(each, createGuestTerm(each))
    if (guests.size > 0) engine.current() // begins to load
    let disposed = false

    function root(variables: (name: string) => Closure | undefined, names: readonly string[]): Closure {
      const compileTerm = compileIn({
        variables,
        names,
        guest: (part, compilePart) => {
          const known = guests.get(part) ?? createGuestTerm(part)
          guests.set(part, known)
          return known.bind(compilePart, (name) => variables(name) !== undefined)
        },
      })
      return compileTerm(term)
    }

    function bind(layout: Layout): Bound {
      const slotOf = typeof layout === 'function' ? layout : (name: string) => positionIn(layout, name)
      const names = typeof layout === 'function' ? freeNames.filter((name) => layout(name) !== undefined) : layout
      return guarded(
        root((name) => {
          const slot = slotOf(name)
          return slot === undefined ? undefined : readerOf(slot)
        }, names),
      )
    }

    function guarded(run: Closure): Bound {
      const { meter, limits } = world
      return (values) => {
        if (disposed) return DISPOSED
        meter.left = limits.fuel
        try {
          return { status: 'value', value: run(values) }
        } catch (thrown) {
          return outcomeOf(thrown)
        }
      }
    }

    /** By which names are in scope: places with the same ones share a closure. */
    const byPresence = new Map<string, Bound>()

    function evaluate(scope: Scope): Evaluation {
      const values: unknown[] = []
      const present: string[] = []
      let key = ''
      // No iterator and no method of a list: the application may have replaced them.
      for (let i = 0; i < freeNames.length; i++) {
        const name = freeNames[i] as string
        const reading = scope.read(name)
        if (reading.status === 'absent') continue
        key += `${name},`
        present[present.length] = name
        values[values.length] = reading.status === 'value' ? reading.value : UNAVAILABLE
      }
      let bound = world.intrinsics.mapGet(byPresence, key) as Bound | undefined
      if (bound === undefined) {
        const names = scope.names?.() ?? present
        bound = guarded(
          root((name) => {
            const slot = positionIn(present, name)
            return slot === undefined ? undefined : readerOf(slot)
          }, names),
        )
        byPresence.set(key, bound)
      }
      return bound(values)
    }

    const expression: Expression = {
      source,
      references: referencesOf(term),
      engine: engineOf(term),
      bind,
      evaluate,
      async prepare() {
        if (guests.size === 0) return
        try {
          await engine.ready()
        } catch (cause) {
          throw new LightrunError('internal_error', engine.problem ?? 'QuickJS could not be loaded', { cause })
        }
        for (const guest of guests.values()) {
          const problem = guest.prepare()
          if (problem?.status !== 'failed') continue
          throw new LightrunError('expression_not_allowed', `QuickJS does not take this expression: ${problem.message}`)
        }
      },
      [Symbol.dispose]() {
        if (disposed) return
        disposed = true
        for (const guest of guests.values()) guest.dispose()
        guests.clear()
        byPresence.clear()
        onDispose(expression)
      },
    }
    return { status: 'ok', expression }
  }
}

const DISPOSED: Evaluation = { status: 'failed', message: 'The expression was disposed of' }

function positionIn(names: readonly string[], name: string): number | undefined {
  const index = names.indexOf(name)
  return index < 0 ? undefined : index
}

function readerOf(slot: Slot): Closure {
  return typeof slot === 'function' ? slot : (values: Values) => values[slot]
}
