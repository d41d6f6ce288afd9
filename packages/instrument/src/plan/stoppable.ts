import type { SiteDraft } from '../survey/draft.ts'
import type { Scope } from '../survey/scope.ts'

/**
 * False where V8 must not evaluate anything for a debugger.
 *
 * - A derived constructor that may not have called `super` yet: V8 writes the locals it has shown back, an uninitialised
 *   `this` as `undefined`, and the `super()` that follows throws "Super constructor may only be called once".
 * - A class declaration: what V8 would stop at may be the initializers of its fields, a function of their own that may
 *   begin where the class does. On Node 22 evaluating there ends the process.
 * - In the body of `with`: looking up any name, ours too, runs the `has` trap of an object that is a proxy.
 */
export function isStoppable({ fn, scope, start }: SiteDraft, source: string): boolean {
  if (asksObject(scope)) return false
  if (fn.kind === 'constructor' && start < fn.thisFrom) return false
  return !CLASS.test(source.slice(start, start + 'class'.length + 1))
}

const CLASS = /^class\b/

function asksObject(scope: Scope | null): boolean {
  for (let from = scope; from !== null; from = from.parent) if (from.asksObject) return true
  return false
}
