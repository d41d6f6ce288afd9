import { classDeclaration } from './classes.ts'
import { declarations } from './declarations.ts'
import { call } from './expressions.ts'
import { functionDeclaration, parameters } from './functions.ts'
import { loop } from './loops.ts'
import { block, jump, single } from './single.ts'
import type { Construct } from './writer.ts'

const logged: Construct = (w) => `log(${w.expression()})${w.end()}`

const conditional: Construct = (w) => `if (${w.expression()}) ${single(w)} else ${single(w)}`

const labelled: Construct = (w) => {
  const label = w.label()
  return `${label}: { ${w.labelled('blocks', label, () => w.block(() => w.statements()))} }\n`
}

const assignment: Construct = (w) => `attempt(() => ${w.name()} = ${w.detached(() => w.expression())})${w.end()}`

const closure: Construct = (w) => `closures.push(() => ${w.detached(() => w.expression())})${w.end()}`

const attemptedCall: Construct = (w) => `attempt(() => ${w.detached(() => call(w))})${w.end()}`

const asynchronous: Construct = (w) =>
  `pending.push((async () => { ${w.body('async')} })().then(log, (z) => log(z?.message ?? z)))${w.end()}`

const driven: Construct = (w) =>
  w.pick(2) === 0
    ? `drive((function* (${parameters(w)}) { ${w.body('generator')} })())${w.end()}`
    : `pending.push(driveAsync((async function* (${parameters(w)}) { ${w.body('async generator')} })()))${w.end()}`

/** Parameters may throw before there is a generator. */
const attemptedDrive: Construct = (w) => `attempt(() => { ${w.detached(() => driven(w))} })${w.end()}`

/** In an arrow function, so that a dead zone met in one case does not end the program. */
const choice: Construct = (w) => {
  const heads = w.oneOf([
    ['case 0', 'case 1', 'case 2'],
    ['case 0', 'default', 'case 1'],
    ['default', 'case 1', 'case 2'],
  ])
  const cases = w.detached(() =>
    w.block(() => heads.map((head) => `${head}: ${w.statements()}${w.pick(2) === 0 ? 'break;' : ''}`).join(' '), true),
  )
  return `for (let s = 0; s < 3; s++) attempt(() => { switch (s) { ${cases} } })\n`
}

const attempt: Construct = (w) => {
  const body = w.block(() => w.statements())
  const last = () => `finally { ${w.block(() => w.statements())} }`
  if (w.pick(4) === 0) return `try { ${body} } ${last()}\n`
  const name = w.name()
  const handler = w.block(() => {
    w.take(name)
    return w.statements()
  })
  const parameter = w.oneOf(['', `(${name})`, `({ message: ${name} })`])
  return `try { ${body} } catch ${parameter} { ${handler} } ${w.pick(2) === 0 ? last() : ''}\n`
}

/** Who wins: the value, the error, the jump, or what `finally` does? */
const finallyWins: Construct = (w) => {
  const last = w.oneOf(['log(1)', `return ${w.name()}`, 'throw new Error("last")', 'break out', 'continue out'])
  const inside = w.inMember(() => w.block(() => w.statements()))
  return `log(attempt(() => { let n = 0; out: while (n++ < 2) { try { tick(); ${inside} return ${w.detached(() => w.expression())} } catch (z) { throw z } finally { ${last} } } }))${w.end()}`
}

/** Starts with what a line without a semicolon before it would go on with. */
const hazard: Construct = (w) => {
  const expression = w.expression()
  return `${w.oneOf([`[${expression}].forEach((x) => log(x))`, `(${expression})`, `\`\${typeof ${w.name()}}\``, `+num(${expression})`, `/1/g.test(${w.pick(3)})`])};`
}

/** Annex B: such a function is also a variable of the function around. */
const sloppyFunction: Construct = (w) =>
  w.around.strict ? logged(w) : `if (${w.expression()}) function ${w.name()}() { ${w.body('function')} }\n`

export const STATEMENTS: readonly Construct[] = [
  logged,
  ...declarations,
  functionDeclaration,
  conditional,
  loop,
  loop,
  choice,
  attempt,
  block,
  labelled,
  jump,
  assignment,
  classDeclaration,
  closure,
  attemptedCall,
  asynchronous,
  attemptedDrive,
  finallyWins,
  hazard,
  sloppyFunction,
]
