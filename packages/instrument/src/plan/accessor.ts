import type { AccessorVariable, VariableScope } from '../contract.ts'
import type { AccessorDraft } from '../survey/draft.ts'
import type { Binding } from '../survey/scope.ts'

/** The variables that accessors read, numbered through a file as sites ask for them. */
export class AccessorSlots {
  readonly #variables = new Map<Binding, AccessorVariable>()

  of(binding: Binding, { fn, slots }: AccessorDraft): AccessorVariable {
    let variable = this.#variables.get(binding)
    if (variable === undefined) {
      const { name, declaredAt } = binding
      const scope: VariableScope = fn.kind === 'module' ? 'module' : 'closure'
      const slot = this.#variables.size
      variable = { name, scope, access: 'module', slot, declaredAt }
      this.#variables.set(binding, variable)
      slots.set(slot, name)
    }
    return variable
  }
}
