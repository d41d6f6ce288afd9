import { LightrunError } from '@lightrun/core'
import type { Cell } from './direct/arrow.ts'
import type { DirectCompiler } from './direct/compile.ts'
import type { Closure, World } from './direct/world.ts'
import { type Evaluation, UNAVAILABLE } from './evaluate/evaluation.ts'
import { outcomeOf } from './evaluate/outcome-of.ts'
import type { Bound, Expression, Layout, Scope, Slot } from './expression.ts'
import { engineOf, verify } from './language/check.ts'
import { costOf } from './language/cost.ts'
import { isDirectOnly } from './language/lower.ts'
import { freeNamesOf, referencesOf } from './language/references.ts'
import { refusedAt } from './language/result.ts'
import { someTerm, type Term } from './language/term.ts'
import type { Engine } from './quickjs/engine.ts'
import type { Guest, GuestTerm } from './quickjs/guest.ts'
import { guestTermsOf } from './quickjs/program.ts'
import type { Compiled, CompileOptions } from './sandbox.ts'

/** Source → verified term → expression. */
export function createCompiler(world: World, compileIn: DirectCompiler, createGuestTerm: Guest, engine: Engine) {
  const { meter } = world

  return function compile(
    source: string,
    options: CompileOptions,
    onDispose: (expression: Expression) => void,
  ): Compiled {
    const verified = verify(source)
    if (verified.status === 'refused') return verified
    const wholly = options.engine === 'quickjs'
    if (options.engine !== undefined) {
      const reason = wholly ? reasonAgainstQuickJs(verified.term) : reasonAgainstDirect(verified.term)
      if (reason !== undefined) return refusedAt('expression_not_allowed', reason, source, 0)
    }
    const term: Term = wholly ? { type: 'chain', body: verified.term, guest: true } : verified.term
    const freeNames = freeNamesOf(term)
    const guests = new Map<Term, GuestTerm>()
    // The outermost; one inside an input of another is met when the expression is bound.
    for (const each of guestTermsOf(term)) guests.set(each, createGuestTerm(each, wholly))
    if (guests.size > 0) engine.current() // begins to load
    let disposed = false
    let spent = 0

    function root(variables: (name: string) => Slot | undefined, names: readonly string[]): Bound {
      const cells: Cell[] = []
      const compileTerm = compileIn({
        variables,
        names,
        cells,
        guest: (part, compilePart) => {
          const known = guests.get(part) ?? createGuestTerm(part, wholly)
          guests.set(part, known)
          return known.bind(compilePart, (name) => variables(name) !== undefined)
        },
      })
      return guarded(compileTerm(term), cells)
    }

    function bind(layout: Layout, names?: readonly string[]): Bound {
      if (typeof layout !== 'function') return root((name) => positionIn(layout, name), names ?? layout)
      return root(layout, names ?? freeNames.filter((name) => layout(name) !== undefined))
    }

    function guarded(run: Closure, cells: readonly Cell[]): Bound {
      return (values) => {
        if (disposed) return DISPOSED
        meter.begin()
        try {
          const value = run(values)
          if (value === true) return TRUE
          return value === false ? FALSE : { status: 'value', value }
        } catch (thrown) {
          return outcomeOf(thrown)
        } finally {
          spent = meter.spent
          // What a callback has seen is the application's to free.
          for (let i = 0; i < cells.length; i++) (cells[i] as Cell).value = undefined
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
        bound = root((name) => positionIn(present, name), names)
        byPresence.set(key, bound)
      }
      return bound(values)
    }

    const expression: Expression = {
      source,
      references: referencesOf(term),
      engine: engineOf(term),
      cost: costOf(term),
      get spent() {
        return spent
      },
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

function reasonAgainstQuickJs(term: Term): string | undefined {
  return someTerm(term, isDirectOnly)
    ? 'instanceof, new Date, local time and localeCompare need the live values; leave the evaluator to the sandbox'
    : undefined
}

function reasonAgainstDirect(term: Term): string | undefined {
  return engineOf(term) === 'quickjs'
    ? 'This needs QuickJS, which is switched off here; write a regular expression where it is used, and without lookbehind, backreferences and \\p'
    : undefined
}

/** What a condition comes to, on every pass over a hot line: nothing is allocated. */
const TRUE: Evaluation = Object.freeze({ status: 'value', value: true })
const FALSE: Evaluation = Object.freeze({ status: 'value', value: false })
const DISPOSED: Evaluation = { status: 'failed', message: 'The expression was disposed of' }

function positionIn(names: readonly string[], name: string): number | undefined {
  const index = names.indexOf(name)
  return index < 0 ? undefined : index
}
