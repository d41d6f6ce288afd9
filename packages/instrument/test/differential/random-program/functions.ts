import type { Construct, FunctionKind, Writer } from './writer.ts'

/** Any parameters: with defaults, patterns, closures over each other. */
export function parameters(w: Writer): string {
  return w.detached(() => {
    const name = w.name()
    switch (w.pick(7)) {
      case 0:
        return ''
      case 1:
        return name
      case 2:
        return `${name} = ${w.expression()}`
      case 3:
        return `{ x: ${name} = () => ${w.name()} } = {}, ...rest`
      case 4:
        return `[${name} = ${w.expression()}, ...r] = iter(2, 'p')`
      case 5:
        return `{ ['x' + num(${w.expression()})]: { y: ${name} = ${w.expression()} } = {}, ...r } = {}, q = ${name}`
      default:
        return `f = () => ${w.name()}, ${name} = 3`
    }
  })
}

/** An expression. */
export const functionText: Construct = (w) => {
  switch (w.pick(9)) {
    case 0:
      return `() => ${w.name()}`
    case 1:
      return `function () { ${w.body('function')} }`
    case 2:
      return 'function q() { return typeof q + typeof this }'
    case 3:
      return `(p) => { ${w.body('arrow')} }`
    case 4:
      return `function* (${parameters(w)}) { ${w.body('generator')} }`
    case 5:
      return `async (${parameters(w)}) => { ${w.body('async')} }`
    case 6:
      return `() => () => ${w.detached(() => w.expression())}`
    case 7:
      return `function (p) { 'use strict'; ${w.inStrictCode(() => w.body('function'))} }`
    default:
      return `async function* (${parameters(w)}) { ${w.body('async generator')} }`
  }
}

const HEADS: readonly [string, FunctionKind][] = [
  ['function', 'function'],
  ['function', 'function'],
  ['function*', 'generator'],
  ['async function', 'async'],
  ['async function*', 'async generator'],
]

export const functionDeclaration: Construct = (w) => {
  const name = w.fresh()
  if (name === undefined) return `log(typeof ${w.name()})${w.end()}`
  const [head, kind] = w.oneOf(HEADS)
  return `${head} ${name}(${parameters(w)}) { ${w.body(kind)} }\n`
}
