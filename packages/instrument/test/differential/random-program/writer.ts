/** One kind of statement or expression. It writes text that is legal where the writer stands. */
export type Construct = (w: Writer) => string

export interface Grammar {
  readonly statements: readonly Construct[]
  readonly expressions: readonly Construct[]
}

/** What the code around allows. */
interface Surroundings {
  /** Labels of loops, outermost first. */
  readonly loops: readonly string[]
  /** Labels of blocks. */
  readonly blocks: readonly string[]
  readonly returns: boolean
  readonly yields: boolean
  readonly awaits: boolean
  readonly newTarget: boolean
  readonly strict: boolean
}

export type FunctionKind = 'function' | 'arrow' | 'async' | 'generator' | 'async generator' | 'method'

interface Block {
  readonly lexical: Set<string>
  readonly vars: Set<string>
  /** Begins a function: `var` stops here. */
  readonly fn: boolean
}

/** Few, so that they shadow, hoist over and fall into each other's dead zones. */
const NAMES = ['a', 'b', 'c', 'd', 'e']

/** Deeper than this only leaves are written. */
const MAX_DEPTH = 6

/** Makes choices by reading numbers from a tape, and knows which names and jumps are legal where it stands. */
export class Writer {
  readonly #grammar: Grammar
  readonly #tape: readonly number[]
  #at = 0
  #depth = 0
  #labels = 0
  #blocks: Block[] = []
  #around: Surroundings

  constructor(tape: readonly number[], strict: boolean, grammar: Grammar) {
    this.#tape = tape
    this.#grammar = grammar
    this.#around = { loops: [], blocks: [], returns: false, yields: false, awaits: strict, newTarget: !strict, strict }
  }

  get around(): Surroundings {
    return this.#around
  }

  get exhausted(): boolean {
    return this.#at >= this.#tape.length
  }

  pick(n: number): number {
    return (this.#tape[this.#at++] ?? 0) % n
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.pick(choices.length)]!
  }

  name(): string {
    return this.oneOf(NAMES)
  }

  label(): string {
    return `l${this.#labels++}`
  }

  /** Or the line's end, which is not always enough: what follows may go on with it, woven or not. */
  end(): string {
    return this.pick(3) > 0 ? ';' : '\n'
  }

  statement(): string {
    return this.#bounded(this.#grammar.statements, () => `log(${this.name()})${this.end()}`)
  }

  statements(): string {
    let text = ''
    for (let n = this.pick(4); n >= 0; n--) text += this.statement()
    return text
  }

  expression(): string {
    return this.#bounded(this.#grammar.expressions, () => String(this.pick(4)))
  }

  #bounded(constructs: readonly Construct[], leaf: () => string): string {
    if (this.#depth >= MAX_DEPTH || this.exhausted) return leaf()
    this.#depth++
    const text = this.oneOf(constructs)(this)
    this.#depth--
    return text
  }

  /** Code in a scope of its own. */
  block(write: () => string, fn = false): string {
    this.#blocks.push({ lexical: new Set(), vars: new Set(), fn })
    const text = write()
    this.#blocks.pop()
    return text
  }

  /** Code with a label around. */
  labelled(kind: 'loops' | 'blocks', label: string, write: () => string): string {
    return this.#within({ [kind]: [...this.#around[kind], label] }, write)
  }

  /** Code after `'use strict'`, or in a class. */
  inStrictCode(write: () => string): string {
    return this.#within({ strict: true }, write)
  }

  /** Code that `return`, `yield`, `await` and jumps do not reach out of: parameters, fields, static blocks. */
  detached(write: () => string): string {
    return this.#within({ loops: [], blocks: [], returns: false, yields: false, awaits: false }, write)
  }

  /** Like `detached`, in a member of a class or a function of its own. */
  inMember(write: () => string): string {
    return this.detached(() => this.#within({ newTarget: true }, write))
  }

  /** A body, wrapped so that its lexical names do not meet the parameters'; it returns something. */
  body(kind: FunctionKind): string {
    const inside: Partial<Surroundings> = {
      returns: true,
      yields: kind.endsWith('generator'),
      awaits: kind.startsWith('async'),
      newTarget: this.#around.newTarget || kind !== 'arrow',
    }
    return this.detached(() =>
      this.#within(inside, () => {
        const text = this.block(
          () => `{ ${this.block(() => `tick(); ${this.statement()}${this.statements()}`)} }`,
          true,
        )
        const late = this.pick(3) === 0 ? ` var ${this.name()};` : ''
        return `${text}${late} return ${this.pick(2) === 0 ? this.name() : this.expression()}`
      }),
    )
  }

  #within(inside: Partial<Surroundings>, write: () => string): string {
    const around = this.#around
    this.#around = { ...around, ...inside }
    const text = write()
    this.#around = around
    return text
  }

  /** A name that may be declared with `let` here, or undefined if it is taken. */
  fresh(): string | undefined {
    const name = this.name()
    const { lexical, vars } = this.#blocks.at(-1)!
    if (lexical.has(name) || vars.has(name)) return undefined
    lexical.add(name)
    return name
  }

  /** Notes a name that something else than a declaration has put into the innermost scope. */
  take(name: string): void {
    this.#blocks.at(-1)!.lexical.add(name)
  }

  /** True if `var` of this name is legal here; it is noted then. */
  hoists(name: string): boolean {
    const reached: Block[] = []
    for (const block of this.#blocks.toReversed()) {
      if (block.lexical.has(name)) return false
      reached.push(block)
      if (block.fn) break
    }
    for (const block of reached) block.vars.add(name)
    return true
  }
}
