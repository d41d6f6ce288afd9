import type { AccessorVariable } from '../contract.ts'
import type { SiteDraft } from '../survey/draft.ts'
import type { Binding, Scope } from '../survey/scope.ts'
import { certainAt, hasThis } from './certain.ts'
import { declarationOf, isModuleVariable, isUnspeakable, label } from './variables.ts'

/**
 * What a debugger could read at a site, nearest first and without a limit: like what a probe passes, and also what closures
 * captured, initialised or not, whether this function mentions it or not. Left out is what no debugger finds, because it
 * lives in another function's registers or is uninitialised in one of its own. Slots are the indices.
 */
export function visibleAt(site: SiteDraft): AccessorVariable[] {
  const found: AccessorVariable[] = []
  const hidden = new Set<string>()
  if (hasThis(site.fn, site.start)) found.push({ name: 'this', scope: 'this', access: 'module', slot: 0 })
  for (let scope: Scope | null = site.scope; scope !== null; scope = scope.parent) {
    for (const binding of scope.bindings.values()) {
      if (!hidden.has(binding.name) && isKept(binding, scope, site)) {
        const scopeLabel = labelFrom(binding, scope, site)
        found.push({
          name: binding.name,
          scope: scopeLabel,
          access: 'module',
          slot: found.length,
          ...declarationOf(binding),
        })
      }
      hidden.add(binding.name)
    }
  }
  return found
}

function isKept(binding: Binding, scope: Scope, { fn, start }: SiteDraft): boolean {
  // What is uninitialised throws when it is read in a context; in a register a debugger sees `undefined`, which is wrong.
  if (scope.fn === fn && !binding.captured && !certainAt(binding, start)) return false
  if (scope.fn === fn && scope.parent !== null) return binding.kind !== 'arguments' || binding.used || binding.captured
  if (isUnspeakable(binding.name)) return false
  if (scope.parent === null) return scope.fn === fn || isModuleVariable(binding)
  return binding.captured
}

function labelFrom(binding: Binding, scope: Scope, { fn }: SiteDraft) {
  return scope.fn === fn || scope.parent === null ? label(binding, scope) : 'closure'
}
