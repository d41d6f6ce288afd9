import { single } from './single.ts'
import type { Construct } from './writer.ts'

/** At most a few rounds, whatever its body does. */
export const loop: Construct = (w) => {
  const label = w.label()
  const name = w.name()
  const heads = [
    `for (let ${name} = 0, n = 0; n < 2; n++)`,
    `for (const ${name} of [1, () => ${w.name()}])`,
    `for (const ${name} in { k: 1 })`,
    `for (let ${name} = 0, h = () => ${name}, n = (closures.push(h), 0); n < 2; n++)`,
    'for (let n = 0; n++ < 2; )',
    `for (const ${name} of iter(3, 'i'))`,
    `for (const [${name} = ${w.expression()}] of [[], [1]])`,
    `for (const { x: ${name} = () => ${w.name()}, ...r } of [{ x: 1 }, { y: 2 }])`,
    'while (ticks++ % 3)',
    ...(w.around.awaits ? [`for await (const ${name} of [1, Promise.resolve(2)])`] : []),
  ]
  const body = () =>
    w.labelled('loops', label, () => (w.pick(3) === 0 ? single(w) : `{ tick(); ${w.block(() => w.statements())} }\n`))
  if (w.pick(10) === 0) return `${label}: do ${body()} while (ticks++ % 3)\n`
  return `${label}: ${w.oneOf(heads)} ${body()}`
}
