import type { FunctionDraft, SiteDraft } from '../survey/draft.ts'
import type { Binding, Scope } from '../survey/scope.ts'
import type { Step } from '../survey/steps.ts'

/** More than these a call's probes keep passing anew: states are copied at each branch, and a bundle is one function with thousands. */
const MAX_KNOWN = 256
/** Passes that one variable may come from: where more ways meet, it is passed anew. */
const MAX_BRINGERS = 16

/**
 * Follows the steps of a function to each of its sites, with what has certainly been passed there already in the same call and has not changed
 * since. `onSite` adds to it what that site passes.
 */
export function follow(steps: readonly Step[], onSite: (site: SiteDraft, known: Known) => void): void {
  // What holds everywhere in a region, and before or at the end of the other branch. Null where control does not get.
  const regions: Known[] = []
  const branches: (Known | null)[] = []
  let known: Known | null = new Known()
  for (const [at, each] of steps.entries()) {
    switch (each.step) {
      case 'site':
        known ??= new Known()
        onSite(each.site, known)
        break
      case 'assign':
        known?.forget(each.name, each.scope)
        break
      case 'region': {
        const throughout: Known = known?.copy() ?? new Known()
        for (let i = at; i < each.end; i++) {
          const inner = steps[i]!
          if (inner.step === 'assign') throughout.forget(inner.name, inner.scope)
        }
        regions.push(throughout)
        break
      }
      case 'reset':
        known = regions.at(-1)!.copy()
        break
      case 'end':
        known = regions.pop()!
        break
      case 'fork':
        branches.push(known?.copy() ?? null)
        break
      case 'else': {
        const before: Known | null = branches.pop()!
        branches.push(known)
        known = before
        break
      }
      case 'join': {
        const other: Known | null = branches.pop()!
        known = known === null ? other : other === null ? known : known.and(other)
        break
      }
      case 'jump':
        known = null
        break
    }
  }
}

/** What the probes of a call have passed: variables by binding, the rest by a name of its own. */
export type Passed = Binding | 'this' | 'list' | 'accessor'

/** By what was passed: the numbers of the passes that may have been the last to bring it, on one way or another. */
export class Known {
  readonly #bringers: Map<Passed, readonly number[]>

  constructor(bringers?: Iterable<readonly [Passed, readonly number[]]>) {
    this.#bringers = new Map(bringers)
  }

  /** Undefined where it has to be passed. */
  bringersOf(what: Passed): readonly number[] | undefined {
    return this.#bringers.get(what)
  }
  add(what: Passed, pass: number): void {
    if (this.#bringers.size < MAX_KNOWN) this.#bringers.set(what, [pass])
  }
  copy(): Known {
    return new Known(this.#bringers)
  }
  and(other: Known): Known {
    const both = new Known()
    for (const [what, mine] of this.#bringers) {
      const theirs = other.#bringers.get(what)
      if (theirs === undefined) continue
      const all = mine === theirs ? mine : [...new Set([...mine, ...theirs])]
      if (all.length <= MAX_BRINGERS) both.#bringers.set(what, all)
    }
    return both
  }
  /** Each variable of the function that the name could mean there. */
  forget(name: string, from: Scope): void {
    for (let scope: Scope | null = from; scope !== null && scope.fn === from.fn; scope = scope.parent) {
      const binding = scope.bindings.get(name)
      if (binding !== undefined) this.#bringers.delete(binding)
    }
  }
}

/** Marks what functions assign that are around or within the one that declares it: a call of anything may change it. */
export function markElusive(functions: readonly FunctionDraft[]): void {
  for (const fn of functions) {
    for (const step of fn.steps) if (step.step === 'assign') markElsewhere(step.name, step.scope)
  }
}

function markElsewhere(name: string, from: Scope): void {
  for (let scope: Scope | null = from; scope !== null; scope = scope.parent) {
    const binding = scope.bindings.get(name)
    if (binding === undefined) continue
    if (scope.fn !== from.fn) binding.elusive = true
    return
  }
}

/** True if it may change without a step that says so: by a closure, by `arguments[0] = …`, by `eval`, with its block. */
export function isElusive(binding: Binding, scope: Scope, fn: FunctionDraft): boolean {
  if (binding.elusive || fn.evaluates) return true
  if (binding.kind === 'parameter') return scope.bindings.has('arguments')
  return binding.kind === 'function' && scope !== fn.body
}
