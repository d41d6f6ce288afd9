import type { AccessorVariable, VariableScope } from '../contract.ts'
import { MAX_MODULE_VARIABLES } from '../limits.ts'
import type { FunctionDraft, SiteDraft } from '../survey/draft.ts'
import type { Binding, Scope } from '../survey/scope.ts'
import type { AccessorSlots } from './accessor.ts'
import { certainWithin } from './certain.ts'
import { declarationOf, isHidden, isModuleVariable, isUnspeakable } from './variables.ts'

/** What a function refers to beyond its own variables. Worked out once for all its sites. */
export interface Outside {
  /** Of enclosing functions, nearest first. Functions and classes by their own names are left out. */
  readonly closures: readonly Closure[]
  /** Of the module, in the order of their declarations. */
  readonly module: readonly Binding[]
}

export interface Closure {
  readonly name: string
  readonly scope: VariableScope
  readonly declaredAt?: number
  /** It may be uninitialised when the function runs. */
  readonly lazy: boolean
  readonly distance: number
}

export function outsideOf(fn: FunctionDraft): Outside {
  const closures: Closure[] = []
  const module: Binding[] = []
  if (fn.ownOnly === true) return { closures, module }
  for (const name of fn.free) {
    // A closure within may refer to a variable of this name where it is a keyword to this function.
    if (name === 'await' || name === 'yield') continue
    for (let scope = fn.outer, distance = 0; scope !== null; scope = scope.parent, distance++) {
      const binding = scope.bindings.get(name)
      if (binding === undefined) continue
      if (scope.parent !== null) {
        if (!isFunctionItself(binding)) closures.push(closure(binding, scope, distance, fn))
      } else if (!isUnspeakable(name)) module.push(binding)
      break
    }
  }
  closures.sort((a, b) => a.distance - b.distance)
  module.sort((a, b) => a.declaredAt - b.declaredAt)
  return { closures, module }
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

  constructor(module: Scope) {
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

export function moduleVariablesAt(
  site: SiteDraft,
  outside: Outside,
  order: ModuleOrder,
  slots: AccessorSlots,
): AccessorVariable[] {
  const isModule = site.fn.kind === 'module' && site.fn.ownOnly !== true
  const bindings = isModule ? order.before(site.start) : outside.module
  const found: AccessorVariable[] = []
  for (const binding of bindings) {
    if (found.length >= MAX_MODULE_VARIABLES) break
    if (!isShadowed(binding, site)) found.push(slots.of(binding))
  }
  return found
}

function isShadowed(binding: Binding, site: SiteDraft): boolean {
  // At the module level the declaring scope itself is among those of the function.
  let until: Scope | null = null
  if (site.fn.kind === 'module') for (until = site.scope; until.parent !== null; ) until = until.parent
  return isHidden(binding.name, site.scope, until, site.fn)
}
