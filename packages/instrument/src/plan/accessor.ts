import type { AccessorVariable } from '../contract.ts'
import type { Binding } from '../survey/scope.ts'

/** The module's variables that some site reads, numbered as sites ask for them. */
export class AccessorSlots {
  readonly #variables = new Map<Binding, AccessorVariable>()

  of(binding: Binding): AccessorVariable {
    let variable = this.#variables.get(binding)
    if (variable === undefined) {
      const { name, declaredAt } = binding
      variable = { name, scope: 'module', access: 'module', slot: this.#variables.size, declaredAt }
      this.#variables.set(binding, variable)
    }
    return variable
  }

  /** By slot. */
  names(): string[] {
    return Array.from(this.#variables.keys(), ({ name }) => name)
  }
}
