/**
 * Writes a random program from a tape of numbers; a shorter tape gives a smaller program, so failures shrink. Programs
 * use few names, so that they shadow, hoist over and fall into each other's dead zones; errors are part of the output.
 */
export function randomProgram(tape: readonly number[], strict: boolean): string {
  const body = new Writer(tape, strict).program()
  return `${PRELUDE}${body}\n${EPILOGUE}`
}

const PRELUDE = `let ticks = 0
const pending = [], closures = []
function tick() { if (++ticks > 400) throw 'too long' }
function show(x) { return typeof x === 'function' ? 'fn ' + x.length : typeof x === 'object' && x ? (x === globalThis ? 'global' : 'object') : String(x) }
function log(x) { tick(); console.log(show(x)) }
function attempt(f) { try { tick(); return f() } catch (e) { console.log(e.message ?? e) } }
`
const EPILOGUE = `for (const f of closures) attempt(() => log(f()))
Promise.all(pending).then(() => console.log('done', ticks))
`
const NAMES = ['a', 'b', 'c', 'd', 'e']
const KINDS = ['function', 'arrow', 'async', 'generator', 'method'] as const

interface Block {
  lexical: Set<string>
  vars: Set<string>
  /** Begins a function: `var` stops here. */
  fn: boolean
}

class Writer {
  readonly #tape: readonly number[]
  readonly #strict: boolean
  #at = 0
  #depth = 0
  #blocks: Block[] = []
  #loops: string[] = []
  #labels = 0
  #inFunction = false

  constructor(tape: readonly number[], strict: boolean) {
    this.#tape = tape
    this.#strict = strict
  }

  program(): string {
    return this.#block(() => {
      const parts: string[] = []
      while (this.#at < this.#tape.length) parts.push(this.#guarded())
      return parts.join('')
    }, true)
  }

  #pick(n: number): number {
    return (this.#tape[this.#at++] ?? 0) % n
  }

  #name(): string {
    return NAMES[this.#pick(NAMES.length)]!
  }

  #block(write: () => string, fn = false): string {
    this.#blocks.push({ lexical: new Set(), vars: new Set(), fn })
    const text = write()
    this.#blocks.pop()
    return text
  }

  #statements(): string {
    let text = ''
    for (let n = this.#pick(4); n >= 0; n--) text += this.#statement()
    return text
  }

  /** At the top level an error must not end the program: what follows is worth running. */
  #guarded(): string {
    return this.#pick(3) === 0
      ? this.#statement()
      : `try {${this.#block(() => this.#statements())}} catch (z) { log(z.message) }\n`
  }

  #end(): string {
    return this.#pick(2) === 0 ? '\n' : ';'
  }

  #statement(): string {
    if (this.#depth > 5 || this.#at >= this.#tape.length) return `log(${this.#name()})${this.#end()}`
    this.#depth++
    const text = this.#writeStatement()
    this.#depth--
    return text
  }

  #writeStatement(): string {
    switch (this.#pick(17)) {
      case 0:
        return `log(${this.#expression()})${this.#end()}`
      case 1:
        return this.#variable()
      case 2:
      case 3:
        return this.#lexical()
      case 4:
        return this.#functionDeclaration()
      case 5:
        return `if (${this.#expression()}) ${this.#single()} else ${this.#single()}`
      case 6:
        return this.#loop()
      case 7:
        return this.#switch()
      case 8:
        return this.#try()
      case 9:
        return `{ ${this.#block(() => this.#statements())} }\n`
      case 10:
        return this.#jump()
      case 11:
        return `attempt(() => ${this.#name()} = ${this.#expression()})${this.#end()}`
      case 12:
        return this.#class()
      case 13:
        return `closures.push(() => ${this.#expression()})${this.#end()}`
      case 14:
        return `attempt(() => ${this.#call()})${this.#end()}`
      case 15:
        return `pending.push((async () => { ${this.#body('async')} })().then(log, (z) => log(z.message ?? z)))${this.#end()}`
      default:
        return `for (const v of (function* () { ${this.#body('generator')} })()) { tick(); log(v); if (v === 2) break }\n`
    }
  }

  /** A statement that is not in a list: no lexical declaration. */
  #single(): string {
    switch (this.#pick(4)) {
      case 0:
        return `{ ${this.#block(() => this.#statements())} }\n`
      case 1:
        return `log(${this.#expression()});`
      case 2:
        return this.#depth < 5 ? `if (${this.#expression()}) log(${this.#name()}); else ${this.#single()}` : ';'
      default:
        return this.#jump()
    }
  }

  #jump(): string {
    const choice = this.#pick(4)
    const loop = this.#loops[this.#pick(Math.max(1, this.#loops.length))]
    if (choice === 0 && loop !== undefined) return `break ${loop};`
    if (choice === 1 && loop !== undefined) return `continue ${loop};`
    if (choice === 2 && this.#inFunction) return `return ${this.#expression()};`
    return `attempt(() => { throw ${this.#expression()} });`
  }

  #variable(): string {
    const name = this.#name()
    const reached: Block[] = []
    for (let i = this.#blocks.length - 1; i >= 0; i--) {
      const block = this.#blocks[i]!
      if (block.lexical.has(name)) return `log(typeof ${name})${this.#end()}`
      reached.push(block)
      if (block.fn) break
    }
    for (const block of reached) block.vars.add(name)
    return this.#pick(3) === 0 ? `var ${name}${this.#end()}` : `var ${name} = ${this.#expression()}${this.#end()}`
  }

  /** A name that may be declared here, or undefined if it is taken. */
  #fresh(): string | undefined {
    const name = this.#name()
    const { lexical, vars } = this.#blocks.at(-1)!
    if (lexical.has(name) || vars.has(name)) return undefined
    lexical.add(name)
    return name
  }

  #lexical(): string {
    const name = this.#fresh()
    if (name === undefined) return `log(${this.#name()})${this.#end()}`
    switch (this.#pick(5)) {
      case 0:
        return `let ${name}${this.#end()}`
      case 1:
        return `const ${name} = ${this.#expression()}${this.#end()}`
      case 2:
        return `let { x: ${name} = ${this.#expression()} } = {}${this.#end()}`
      case 3:
        return `const [${name} = ${this.#function()}] = []${this.#end()}`
      default:
        return `let ${name} = ${this.#expression()}${this.#end()}`
    }
  }

  #functionDeclaration(): string {
    const name = this.#fresh()
    if (name === undefined) return `log(typeof ${this.#name()})${this.#end()}`
    return `function ${name}(${this.#parameters()}) { ${this.#body('function')} }\n`
  }

  #parameters(): string {
    const name = this.#name()
    switch (this.#pick(5)) {
      case 0:
        return ''
      case 1:
        return name
      case 2:
        return `${name} = ${this.#expression()}`
      case 3:
        return `{ x: ${name} = () => ${this.#name()} } = {}, ...rest`
      default:
        return `f = () => ${this.#name()}, ${name} = 3`
    }
  }

  /** A body wrapped so that its lexical names do not meet the parameters'. */
  #body(kind: (typeof KINDS)[number]): string {
    const loops = this.#loops
    const inFunction = this.#inFunction
    this.#loops = []
    this.#inFunction = true
    let text = this.#block(() => {
      let inner = `tick(); ${this.#statement()}`
      if (kind === 'async' && this.#pick(2) === 0) inner += `await ${this.#expression()};`
      if (kind === 'generator') inner += `yield ${this.#pick(4)}; `
      inner += this.#statements()
      return `{ ${this.#block(() => inner + this.#statement())} }`
    }, true)
    if (this.#pick(3) === 0) text += ` var ${this.#name()};`
    this.#loops = loops
    this.#inFunction = inFunction
    return `${text} return ${this.#pick(2) === 0 ? this.#name() : this.#expression()}`
  }

  #loop(): string {
    const label = `l${this.#labels++}`
    const name = this.#name()
    this.#loops.push(label)
    const heads = [
      `for (let ${name} = 0, n = 0; n < 2; n++)`,
      `for (const ${name} of [1, () => ${this.#name()}])`,
      `for (const ${name} in { k: 1 })`,
      `for (let ${name} = 0, h = () => ${name}, n = (closures.push(h), 0); n < 2; n++)`,
      'for (let n = 0; n++ < 2; )',
    ]
    const head = heads[this.#pick(heads.length)]!
    const body = this.#pick(3) === 0 ? this.#single() : `{ tick(); ${this.#block(() => this.#statements())} }\n`
    this.#loops.pop()
    return `${label}: ${head} ${body}`
  }

  /** In an arrow function, so that a dead zone met in one case does not end the program. */
  #switch(): string {
    const cases = this.#detached(() =>
      this.#block(
        () => [0, 1, 2].map((n) => `case ${n}: ${this.#statements()}${this.#pick(2) === 0 ? 'break;' : ''}`).join(' '),
        true,
      ),
    )
    return `for (let s = 0; s < 3; s++) attempt(() => { switch (s) { ${cases} } })\n`
  }

  /** Code of another function: outer labels are out of reach, and `return` is not always legal. */
  #detached(write: () => string): string {
    const loops = this.#loops
    const inFunction = this.#inFunction
    this.#loops = []
    this.#inFunction = false
    const text = write()
    this.#loops = loops
    this.#inFunction = inFunction
    return text
  }

  #try(): string {
    const block = this.#block(() => this.#statements())
    const name = this.#name()
    const handler = this.#block(() => {
      this.#blocks.at(-1)!.lexical.add(name)
      return this.#statements()
    })
    const last = this.#pick(2) === 0 ? ` finally { ${this.#block(() => this.#statements())} }` : ''
    const param = ['', `(${name})`, `({ message: ${name} })`][this.#pick(3)]
    return `try { ${block} } catch ${param} { ${handler} }${last}\n`
  }

  #class(): string {
    const name = this.#fresh()
    const id = name ?? 'K'
    const derived = this.#pick(2) === 0
    const construct = derived ? `log(1); super(); log(typeof this); ` : ''
    const text = `class ${id}${derived ? ' extends Object' : ''} { #p = ${this.#expression()}; static s = () => ${id}; m() { ${this.#body('method')} } ${this.#classMembers(construct)} }`
    return name === undefined
      ? `attempt(() => { new (${text})().m() })${this.#end()}`
      : `${text}\nattempt(() => new ${name}().m())${this.#end()}`
  }

  #classMembers(construct: string): string {
    return this.#detached(() =>
      this.#block(
        () =>
          `static { ${this.#statements()} } f = () => typeof this; constructor() { ${construct}${this.#statements()} }`,
        true,
      ),
    )
  }

  #call(): string {
    return `${this.#name()}(${this.#expression()})`
  }

  #function(): string {
    switch (this.#pick(4)) {
      case 0:
        return `() => ${this.#name()}`
      case 1:
        return `function () { ${this.#body('function')} }`
      case 2:
        return `function q() { return typeof q + typeof this }`
      default:
        return `(p) => { ${this.#body('arrow')} }`
    }
  }

  #expression(): string {
    if (this.#depth > 5 || this.#at >= this.#tape.length) return String(this.#pick(4))
    this.#depth++
    const text = this.#writeExpression()
    this.#depth--
    return text
  }

  #writeExpression(): string {
    switch (this.#pick(11)) {
      case 0:
      case 1:
        return String(this.#pick(4))
      case 2:
      case 3:
        return this.#name()
      case 4:
        return this.#function()
      case 5:
        return `(${this.#expression()}, ${this.#name()})`
      case 6:
        return `attempt(() => ${this.#call()})`
      case 7:
        return `typeof ${this.#name()}`
      case 8:
        return this.#inFunction ? '(() => typeof this)()' : `attempt(() => ${this.#name()})`
      case 9:
        return this.#strict
          ? '(function () { return typeof this })()'
          : '(function () { return arguments.length })(1, 2)'
      default:
        return `\`\${typeof ${this.#name()}}\``
    }
  }
}
