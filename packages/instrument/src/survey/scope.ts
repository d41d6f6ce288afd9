import type { AccessorDraft, FunctionDraft } from './draft.ts'

export type BindingKind =
  | 'parameter'
  | 'var'
  | 'lexical'
  | 'function'
  | 'catch'
  /** A destructured catch parameter: unlike a plain one, it stops Annex B hoisting of a function with its name. */
  | 'catch-pattern'
  | 'import'
  | 'arguments'
  /** The name of a function expression, inside it. */
  | 'self'
  /** The name of a class, inside it. */
  | 'class-self'

export interface Binding {
  readonly name: string
  readonly kind: BindingKind
  /** Code at offsets in [from, to) of the same scope runs when this is certainly initialised. */
  readonly from: number
  readonly to: number
  /** Before this offset it has no value yet: a `var` further down, unless a loop is around both. */
  assignedFrom: number
  /** Where it is declared; orders the module's variables. */
  readonly declaredAt: number
  /** Referenced in its own function. */
  used: boolean
  /** Referenced in a function within, so it lives in a context already. */
  captured: boolean
  /** Declared more than once. */
  repeated: boolean
  /** May change where its own function's statements do not say so. */
  elusive: boolean
}

/**
 * One ECMAScript scope. Names referenced within are resolved when the scope closes, since declarations hoist; what it
 * does not declare moves to its parent, marked as captured once it has crossed a function.
 */
export class Scope {
  readonly bindings = new Map<string, Binding>()
  readonly parent: Scope | null
  readonly fn: FunctionDraft
  /** Where code of this scope begins, which is when its function declarations are created. */
  readonly start: number
  /** The body of `with`: every name that is not declared within asks the object first. */
  asksObject = false
  /** The body of a function that reads its variables to the functions within: of the module, or of one that is called once or seldom. */
  accessor: AccessorDraft | null = null
  #references: Set<string> | null = null
  #captures: Set<string> | null = null

  constructor(parent: Scope | null, fn: FunctionDraft, start: number) {
    this.parent = parent
    this.fn = fn
    this.start = start
  }

  /** A second declaration of a name (`var` again, a function over a parameter) is the same variable. */
  declare(name: string, kind: BindingKind, declaredAt: number, from = 0, to = Number.POSITIVE_INFINITY): void {
    const known = this.bindings.get(name)
    if (known !== undefined) known.repeated = true
    else
      this.bindings.set(name, {
        name,
        kind,
        declaredAt,
        from,
        to,
        assignedFrom: 0,
        used: false,
        captured: false,
        repeated: false,
        elusive: false,
      })
  }

  /** A `var` that nothing so far refers to is undefined up to an offset, and not worth an argument there. */
  declareVar(name: string, declaredAt: number, assignedFrom: number): void {
    const isNew = !this.bindings.has(name) && !this.refersTo(name)
    this.declare(name, 'var', declaredAt)
    if (isNew) this.bindings.get(name)!.assignedFrom = assignedFrom
  }

  refer(name: string): void {
    this.#references ??= new Set()
    this.#references.add(name)
  }

  /** True if a name is referenced within and not yet resolved. */
  refersTo(name: string): boolean {
    return this.#references?.has(name) === true || this.#captures?.has(name) === true
  }

  close(): void {
    const { parent, bindings, fn } = this
    const crosses = parent !== null && parent.fn !== fn
    if (this.#references !== null) {
      for (const name of this.#references) {
        const binding = bindings.get(name)
        if (binding !== undefined) binding.used = true
        else if (parent === null) continue
        else if (crosses) parent.#capture(name, fn)
        else parent.refer(name)
      }
    }
    if (this.#captures !== null) {
      for (const name of this.#captures) {
        const binding = bindings.get(name)
        if (binding !== undefined) binding.captured = true
        else if (parent !== null) parent.#capture(name, crosses ? fn : null)
      }
    }
    this.#references = null
    this.#captures = null
  }

  #capture(name: string, by: FunctionDraft | null): void {
    this.#captures ??= new Set()
    this.#captures.add(name)
    by?.free.add(name)
  }
}
