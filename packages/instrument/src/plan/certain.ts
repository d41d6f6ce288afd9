import type { FunctionDraft } from '../survey/draft.ts'
import type { Binding, Scope } from '../survey/scope.ts'

/** True if code of the binding's own function at this offset never meets it uninitialised. */
export function certainAt(binding: Binding, offset: number): boolean {
  return binding.from <= offset && offset < binding.to
}

/**
 * True if a closure within never meets the binding uninitialised. What counts is the outermost function between the two:
 * it comes into being after the declaration has run, or not. (A hoisted function comes into being with its block.)
 */
export function certainWithin(binding: Binding, owner: Scope, fn: FunctionDraft): boolean {
  let child = fn
  while (child.parent !== null && child.parent !== owner.fn) child = child.parent
  if (binding.kind === 'class-self') return child.member && child.outer === owner
  return certainAt(binding, child.created)
}

/** True if `this` is there to be read, and free: a local of this function, or captured by this arrow function already. */
export function hasThis(fn: FunctionDraft, offset: number): boolean {
  if (fn.kind !== 'arrow') return fn.thisFrom <= offset
  if (!fn.usesThis) return false
  let child = fn
  let owner = fn.parent
  while (owner !== null && owner.kind === 'arrow') {
    child = owner
    owner = owner.parent
  }
  return owner !== null && owner.thisFrom <= child.created
}
