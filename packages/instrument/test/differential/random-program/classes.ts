import type { Construct, Writer } from './writer.ts'

/** A class declaration, and something that uses it. */
export const classDeclaration: Construct = (w) => {
  const name = w.fresh()
  return name === undefined
    ? `attempt(() => { new (${w.detached(() => classText(w, 'K'))})().m() })${w.end()}`
    : `${w.detached(() => classText(w, name))}\nattempt(() => new ${name}().m())${w.end()}`
}

/** Every class has an `m()`. */
export function classText(w: Writer, name: string): string {
  return w.inStrictCode(() => classOf(w, name))
}

function classOf(w: Writer, name: string): string {
  const derived = w.pick(2) === 0
  const heritage = derived
    ? ` extends ${w.oneOf(['Object', '(log(1), class { n = 1; get g() { return this } })'])}`
    : ''
  return `class ${name}${heritage} { #p = ${inMember(w)}; m() { ${w.body('method')} } ${someMembers(w, derived)}${constructorText(w, derived)} }`
}

/** An expression in a member. */
function inMember(w: Writer): string {
  return w.inMember(() => w.expression())
}

function someMembers(w: Writer, derived: boolean): string {
  let text = ''
  const used = new Set<number>()
  for (let n = w.pick(4); n > 0; n--) {
    const choice = w.pick(10)
    // A private name may be declared once.
    if (!used.has(choice)) text += `${member(w, choice, derived)} `
    used.add(choice)
  }
  return text
}

function member(w: Writer, choice: number, derived: boolean): string {
  switch (choice) {
    case 0:
      return `static { ${w.inMember(() => w.block(() => w.statements(), true))} }`
    case 1:
      return 'f = () => typeof this;'
    case 2:
      return `static s = ${inMember(w)};`
    case 3:
      return `#q() { ${w.body('method')} } r() { return #q in this ? this.#q() : this.#p }`
    case 4:
      return `get g() { ${w.body('method')} } set g(v) { this.#p = v; ${w.body('method')} }`
    case 5:
      return `static #z = ${inMember(w)}; static z() { return this.#z ??= ${inMember(w)} }`
    case 6:
      return `['k' + num(${w.detached(() => w.expression())})] = ${inMember(w)};`
    case 7:
      return `*[Symbol.iterator]() { ${w.body('generator')} }`
    case 8:
      return `async o() { ${w.body('async')} }`
    default:
      return derived
        ? 't() { return super.g ?? super.toString?.name }'
        : `get #h() { ${w.body('method')} } u() { return this.#h }`
  }
}

/** Code before, around and after `super()`, which may run twice, late, or not at all. */
function constructorText(w: Writer, derived: boolean): string {
  if (w.pick(3) === 0) return ''
  const statements = () => w.inMember(() => w.block(() => w.statements(), true))
  const calls = [
    'super();',
    'const s = () => super(); s();',
    'try { log(1); super() } finally { log(2) }',
    '[0].forEach(() => super());',
    'if (ticks % 2) super(); else { super() }',
    '',
  ]
  const start = derived ? `log(1); ${w.oneOf(calls)} attempt(() => log(typeof this)); ` : ''
  const result = w.pick(4) === 0 ? 'return { m() { return 5 } }' : ''
  return `constructor() { ${start}{ ${statements()} } ${result} }`
}
