import type { AccessorVariable, VariableScope } from '../contract.ts'
import { MAX_CLOSURE_VARIABLES, MAX_MODULE_VARIABLES } from '../limits.ts'
import type { AccessorDraft, FunctionDraft, SiteDraft } from '../survey/draft.ts'
import type { Binding, Scope } from '../survey/scope.ts'
import type { AccessorSlots } from './accessor.ts'
import { certainWithin } from './certain.ts'
import { declarationOf, isHidden, isModuleVariable, isUnspeakable } from './variables.ts'

/** What a function refers to beyond its own variables. Worked out once for all its sites. */
export interface Outside {
  /** Of enclosing functions that have no accessor for them, nearest first. Functions and classes by their own names are left out. */
  readonly closures: readonly Closure[]
  /** What accessors read: of enclosing functions, nearest first, then of the module, in the order of their declarations. */
  readonly accessible: readonly AccessorVariable[]
  /** The innermost accessor that is needed. Those further out are asked by it. */
  readonly accessor: AccessorDraft | null
}

/** A variable, and the accessor that reads it. */
interface Accessible {
  readonly binding: Binding
  readonly accessor: AccessorDraft
  readonly distance: number
}

export interface Closure {
  readonly name: string
  readonly scope: VariableScope
  readonly declaredAt?: number
  /** It may be uninitialised when the function runs. */
  readonly lazy: boolean
  readonly distance: number
}

export function outsideOf(fn: FunctionDraft, slots: AccessorSlots): Outside {
  const closures: Closure[] = []
  const enclosing: Accessible[] = []
  const module: Accessible[] = []
  if (fn.ownOnly === true) return { closures, accessible: [], accessor: null }
  for (const name of fn.free) {
    // A closure within may refer to a variable of this name where it is a keyword to this function.
    if (name === 'await' || name === 'yield') continue
    let inner: Scope | null = null
    for (let scope = fn.outer, distance = 0; scope !== null; inner = scope, scope = scope.parent, distance++) {
      const binding = scope.bindings.get(name)
      if (binding === undefined) continue
      const accessor = isUnspeakable(name) ? null : accessorOf(scope, inner)
      if (scope.parent === null) {
        if (accessor !== null) module.push({ binding, accessor, distance })
      } else if (!isFunctionItself(binding)) {
        if (accessor !== null) enclosing.push({ binding, accessor, distance })
        else closures.push(closure(binding, scope, distance, fn))
      }
      break
    }
  }
  closures.sort(byDistance)
  enclosing.sort(byDistance)
  module.sort((a, b) => a.binding.declaredAt - b.binding.declaredAt)
  const near = enclosing.slice(0, Math.max(0, MAX_CLOSURE_VARIABLES - closures.length))
  const asked = [...near, ...module].slice(0, MAX_MODULE_VARIABLES)
  return {
    closures: closures.slice(0, MAX_CLOSURE_VARIABLES),
    accessible: asked.map(({ binding, accessor }) => slots.of(binding, accessor)),
    accessor: asked[0]?.accessor ?? null,
  }
}

const byDistance = (a: { distance: number }, b: { distance: number }) => a.distance - b.distance

/** Parameters in a scope of their own are seen from the body, where the accessor is. It is there for `inner`, and so for who asks. */
function accessorOf(scope: Scope, inner: Scope | null): AccessorDraft | null {
  return scope.accessor ?? (inner?.fn === scope.fn && inner === scope.fn.body ? inner.accessor : null)
}

function closure(binding: Binding, owner: Scope, distance: number, fn: FunctionDraft): Closure {
  return {
    name: binding.name,
    scope: binding.kind === 'arguments' ? 'arguments' : 'closure',
    lazy: !certainWithin(binding, owner, fn),
    ...declarationOf(binding),
    distance,
  }
}

/** A function around or beside this one: its value is in the source, and it would take the place of data. */
function isFunctionItself({ kind }: Binding): boolean {
  return kind === 'function' || kind === 'self' || kind === 'class-self'
}

/** The module's own order: what is declared by `offset`, nearest last. */
export class ModuleOrder {
  readonly #bindings: readonly Binding[]
  readonly accessor: AccessorDraft

  constructor(module: Scope) {
    this.accessor = module.accessor!
    this.#bindings = [...module.bindings.values()]
      .filter((binding) => isModuleVariable(binding) && (binding.used || isDeclaredVariable(binding)))
      .sort((a, b) => a.declaredAt - b.declaredAt)
  }

  /** For a site of the module level: what it could have read so far, the nearest if there is too much. */
  before(offset: number): readonly Binding[] {
    const bindings = this.#bindings
    let low = 0
    let high = bindings.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (bindings[middle]!.declaredAt < offset) low = middle + 1
      else high = middle
    }
    return bindings.slice(Math.max(0, low - MAX_MODULE_VARIABLES), low)
  }
}

function isDeclaredVariable(binding: Binding): boolean {
  return binding.kind === 'var' || binding.kind === 'lexical'
}

/** What the site may name of what its function's accessor reads. */
export function accessibleAt({ scope, fn }: SiteDraft, outside: Outside): AccessorVariable[] {
  return outside.accessible.filter(({ name }) => !isHidden(name, scope, null, fn))
}

/** Those of a site of the module level. */
export function moduleVariablesAt(site: SiteDraft, order: ModuleOrder, slots: AccessorSlots): AccessorVariable[] {
  if (site.fn.ownOnly === true) return []
  return order
    .before(site.start)
    .filter((binding) => !isShadowed(binding, site))
    .map((binding) => slots.of(binding, order.accessor))
}

/** At the module level the declaring scope itself is among those of the function. */
function isShadowed(binding: Binding, site: SiteDraft): boolean {
  let until = site.scope
  while (until.parent !== null) until = until.parent
  return isHidden(binding.name, site.scope, until, site.fn)
}
