import type { Construct, Writer } from './writer.ts'

export const block: Construct = (w) => `{ ${w.block(() => w.statements())} }\n`

/** A statement that is not in a list: no lexical declaration. */
export function single(w: Writer): string {
  switch (w.pick(6)) {
    case 0:
      return block(w)
    case 1:
      return `log(${w.expression()});`
    case 2:
      return w.exhausted ? ';' : `if (${w.expression()}) log(${w.name()}); else ${single(w)}`
    case 3:
      return w.around.strict ? ';' : `with ({ a: ${w.expression()}, x: 1 }) log(${w.name()});`
    case 4:
      return w.exhausted ? ';' : `for (const ${w.name()} of iter(2, 'u')) ${single(w)}`
    default:
      return jump(w)
  }
}

export const jump: Construct = (w) => {
  const { loops, blocks, returns } = w.around
  const targets = [
    ...loops.flatMap((label) => [`break ${label};`, `continue ${label};`]),
    ...blocks.map((label) => `break ${label};`),
  ]
  if (returns) targets.push(`return ${w.expression()};`, `throw ${w.expression()};`)
  targets.push(`attempt(() => { throw ${w.detached(() => w.expression())} });`)
  return w.oneOf(targets)
}
