import { classText } from './classes.ts'
import { functionText, parameters } from './functions.ts'
import type { Construct, Writer } from './writer.ts'

const number: Construct = (w) => String(w.pick(4))

const name: Construct = (w) => w.name()

const functionExpression: Construct = (w) => `(${functionText(w)})`

const comma: Construct = (w) => `(${w.expression()}, ${w.name()})`

export const call: Construct = (w) => `${w.name()}(${w.expression()})`

const attempted: Construct = (w) => `attempt(() => ${w.detached(() => call(w))})`

const typeOf: Construct = (w) => `typeof ${w.name()}`

const thisType: Construct = (w) => (w.around.returns ? '(() => typeof this)()' : `attempt(() => ${w.name()})`)

const ownThis: Construct = (w) =>
  w.around.strict ? '(function () { return typeof this })()' : '(function () { return arguments.length })(1, 2)'

const template: Construct = (w) => `\`\${typeof ${w.name()}}\``

const tagged: Construct = (w) => `tag\`x\${${w.expression()}}y\${${w.expression()}}\``

const optional: Construct = (w) =>
  w.oneOf([
    (n: string) => `${n}?.x`,
    (n: string) => `${n}?.[${w.expression()}]?.y.z`,
    (n: string) => `attempt(() => ${n}?.(${w.detached(() => w.expression())}))`,
    (n: string) => `delete ${n}?.x`,
  ])(w.name())

const logical: Construct = (w) => `(${w.expression()} ${w.oneOf(['&&', '||', '??', ','])} ${w.expression()})`

const conditional: Construct = (w) => `(${w.expression()} ? ${w.expression()} : ${w.expression()})`

const arithmetic: Construct = (w) => `(num(${w.expression()}) ${w.oneOf(['+', '**', '%', '<'])} num(${w.expression()}))`

const assignment: Construct = (w) =>
  `attempt(() => (${w.name()} ${w.oneOf(['=', '??=', '||=', '&&='])} ${w.detached(() => w.expression())}))`

const spread: Construct = (w) => `[${w.expression()}, ...iter(${w.pick(3)}), , ${w.expression()}]`

const spreadCall: Construct = (w) => `show(...iter(2), ...[${w.expression()}])`

const object: Construct = (w) => `peek({ ${members(w)} })`

function members(w: Writer): string {
  let text = ''
  for (let n = w.pick(3); n >= 0; n--) text += `${member(w)}, `
  return text
}

function member(w: Writer): string {
  switch (w.pick(8)) {
    case 0:
      return `x: ${w.expression()}`
    case 1:
      return `get g() { ${w.body('method')} }`
    case 2:
      return `set s(${w.name()}) { ${w.body('method')} }`
    case 3:
      return `['k' + num(${w.expression()})]: ${w.expression()}`
    case 4:
      return `[sym]() { ${w.body('method')} }`
    case 5:
      return `*m(${parameters(w)}) { ${w.body('generator')} }`
    case 6:
      return `...{ y: ${w.expression()} }`
    default:
      return `async m(${parameters(w)}) { ${w.body('async')} }`
  }
}

const classExpression: Construct = (w) => `attempt(() => (${w.detached(() => classText(w, ''))}))`

const newTarget: Construct = (w) => (w.around.newTarget ? 'typeof new.target' : 'typeof globalThis')

const suspended: Construct = (w) => {
  if (w.around.yields) return w.pick(2) === 0 ? `(yield ${w.expression()})` : `(yield* iter(${w.pick(3)}, 'd'))`
  if (w.around.awaits) return `(await ${w.expression()})`
  return 'void 0'
}

/** Slow and rare in programs, and it makes every name around it dynamic. */
const directEval: Construct = (w) => `attempt(() => eval('typeof ${w.name()}'))`

const symbol: Construct = (w) => `(sym in Object(${w.expression()}))`

export const EXPRESSIONS: readonly Construct[] = [
  number,
  number,
  name,
  name,
  functionExpression,
  comma,
  attempted,
  typeOf,
  thisType,
  ownThis,
  template,
  tagged,
  optional,
  logical,
  conditional,
  arithmetic,
  assignment,
  spread,
  spreadCall,
  object,
  classExpression,
  newTarget,
  suspended,
  suspended,
  directEval,
  symbol,
]
