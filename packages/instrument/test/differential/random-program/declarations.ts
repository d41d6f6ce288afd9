import { functionText } from './functions.ts'
import type { Construct } from './writer.ts'

const variable: Construct = (w) => {
  const name = w.name()
  if (!w.hoists(name)) return `log(typeof ${name})${w.end()}`
  return w.pick(3) === 0 ? `var ${name}${w.end()}` : `var ${name} = ${w.expression()}${w.end()}`
}

const lexical: Construct = (w) => {
  const name = w.fresh()
  if (name === undefined) return `log(${w.name()})${w.end()}`
  switch (w.pick(8)) {
    case 0:
      return `let ${name}${w.end()}`
    case 1:
      return `const ${name} = ${w.expression()}${w.end()}`
    case 2:
      return `let { x: ${name} = ${w.expression()} } = {}${w.end()}`
    case 3:
      return `const [${name} = ${functionText(w)}] = []${w.end()}`
    case 4:
      return `const [, ${name} = ${w.expression()}, ...r${name}] = iter(${w.pick(4)}, 'l')${w.end()}`
    case 5:
      return `let { ['x' + num(${w.expression()})]: { y: ${name} = ${w.expression()} } = {}, ...r${name} } = { x1: { y: 2 } }${w.end()}`
    case 6:
      return `let ${name} = ${w.expression()}, r${name} = () => ${name}${w.end()}`
    default:
      return `let ${name} = ${w.expression()}${w.end()}`
  }
}

/** Patterns that assign: to names that may be constant or dead, and to properties. */
const assigningPattern: Construct = (w) =>
  w.detached(() => {
    const pattern = w.oneOf([
      `[${w.name()}, ${w.name()} = ${w.expression()}] = iter(${w.pick(3)}, 'q')`,
      `({ x: ${w.name()} = ${w.expression()}, ...${w.name()} } = { x: undefined, y: 1 })`,
      `[[].z, ...{}.w] = [${w.expression()}]`,
    ])
    return `attempt(() => { ${pattern} });`
  })

export const declarations: readonly Construct[] = [variable, lexical, lexical, assigningPattern]
