import type { SiteVariable } from '../contract.ts'
import type { Binding } from '../survey/scope.ts'

export type ModuleVariable = Extract<SiteVariable, { access: 'module' }>

/** The module's variables that some site reads, numbered as sites ask for them. */
export class AccessorSlots {
  readonly #variables = new Map<Binding, ModuleVariable>()

  of(binding: Binding): ModuleVariable {
    let variable = this.#variables.get(binding)
    if (variable === undefined) {
      variable = { name: binding.name, scope: 'module', access: 'module', slot: this.#variables.size }
      this.#variables.set(binding, variable)
    }
    return variable
  }

  /** By slot. */
  names(): string[] {
    return Array.from(this.#variables.keys(), ({ name }) => name)
  }
}
