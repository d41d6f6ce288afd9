import type { ListedVariable, PassedVariable, VariableScope } from '../contract.ts'
import type { FunctionDraft, SiteDraft } from '../survey/draft.ts'
import type { Binding, Scope } from '../survey/scope.ts'
import { certainAt, hasThis } from './certain.ts'
import { isElusive, type Passed } from './known.ts'
import type { Closure } from './outside.ts'

/**
 * What a probe passes, nearest first, up to `limit`: `this` and `arguments` where they are free, then the function's own
 * variables from the innermost block outwards, then the functions declared here, whose value the reader of the source knows,
 * A name whose nearest declaration may be uninitialised is left
 * out: neither it nor an outer variable of that name can be read here.
 */
export function argumentsAt(site: SiteDraft, limit: number, owns: Map<Binding, Own>): Own[] {
  const found: Own[] = []
  if (hasThis(site.fn, site.start)) found.push(THIS)
  own(site, false, limit, found, owns)
  own(site, true, limit, found, owns)
  return found
}

/** What a probe passes by value, and how later ones of its call know whether it is still that. */
export interface Own {
  readonly variable: PassedVariable
  readonly what: Passed
  readonly elusive: boolean
}

const THIS: Own = { variable: { name: 'this', scope: 'this', access: 'value' }, what: 'this', elusive: false }

/** Variables of enclosing functions that a site may name, from the list that argument number `argument` gives. */
export function listedAt(site: SiteDraft, list: readonly Closure[], argument: number): ListedVariable[] {
  const found: ListedVariable[] = []
  for (const [slot, { distance, ...variable }] of list.entries()) {
    if (isHidden(variable.name, site.scope, null, site.fn)) continue
    found.push({ ...variable, access: 'list', argument, slot })
  }
  return found
}

function own(site: SiteDraft, functions: boolean, limit: number, found: Own[], owns: Map<Binding, Own>): void {
  const { fn, start } = site
  for (let scope: Scope | null = site.scope; scope !== null && scope.fn === fn; scope = scope.parent) {
    for (const binding of scope.bindings.values()) {
      if (found.length >= limit) return
      if ((binding.kind === 'function') !== functions) continue
      if (!passes(binding, scope, start) || isHidden(binding.name, site.scope, scope, fn)) continue
      let its = owns.get(binding)
      if (its === undefined) {
        const variable: PassedVariable = {
          name: binding.name,
          scope: label(binding, scope),
          access: 'value',
          ...declarationOf(binding),
        }
        its = { variable, what: binding, elusive: isElusive(binding, scope, fn) }
        owns.set(binding, its)
      }
      found.push(its)
    }
  }
}

function passes(binding: Binding, scope: Scope, offset: number): boolean {
  if (!certainAt(binding, offset) || offset < binding.assignedFrom) return false
  // Naming `arguments` makes the engine build it, even as the name of a `var`.
  if (binding.name === 'arguments' && binding.kind !== 'parameter') return binding.used || binding.captured
  return !(scope.parent === null && isModuleVariable(binding))
}

/** Read through the accessor: what a closure has captured already, and imports, which are never locals. */
export function isModuleVariable(binding: Binding): boolean {
  return (binding.captured || binding.kind === 'import') && !isUnspeakable(binding.name)
}

/** Names that are variables in one place and keywords in another, and the one an accessor has for itself. */
export function isUnspeakable(name: string): boolean {
  return name === 'await' || name === 'yield' || name === 'arguments'
}

/** True if a scope between the site and `until` (exclusive; the function's end if null) declares the name too. */
export function isHidden(name: string, from: Scope, until: Scope | null, fn: FunctionDraft): boolean {
  for (let scope: Scope | null = from; scope !== null && scope !== until && scope.fn === fn; scope = scope.parent) {
    if (scope.bindings.has(name)) return true
  }
  return false
}

/** Nothing is written where `arguments` comes into being. */
export function declarationOf({ kind, declaredAt }: Binding): { declaredAt?: number } {
  return kind === 'arguments' ? {} : { declaredAt }
}

export function label(binding: Binding, scope: Scope): VariableScope {
  if (binding.kind === 'parameter') return 'parameter'
  if (binding.kind === 'arguments' || binding.name === 'arguments') return 'arguments'
  if (scope.parent === null) return 'module'
  return scope === scope.fn.body ? 'local' : 'block'
}
