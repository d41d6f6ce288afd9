import { declarations } from './declarations.ts'
import { EXPRESSIONS } from './expressions.ts'
import { functionDeclaration } from './functions.ts'
import { EPILOGUE, PRELUDE } from './prelude.ts'
import { STATEMENTS } from './statements.ts'
import { Writer } from './writer.ts'

/**
 * Writes a random program from a tape of numbers; a shorter tape gives a smaller program, so failures shrink.
 *
 * @param strict a module, else a sloppy CommonJS file
 */
export function randomProgram(tape: readonly number[], strict: boolean): string {
  const writer = new Writer(tape, strict, { statements: STATEMENTS, expressions: EXPRESSIONS })
  const body = writer.block(() => {
    let text = ''
    for (let n = 0; !writer.exhausted; n++) text += topLevel(writer, n)
    return text
  }, true)
  return `${PRELUDE}${body}\n${EPILOGUE}`
}

/** An error must not end the program: what follows is worth running. */
function topLevel(w: Writer, n: number): string {
  switch (w.pick(6)) {
    case 0:
      return w.oneOf(declarations)(w)
    case 1:
      return w.around.strict ? exported(w, n) : functionDeclaration(w)
    default:
      return `try {${w.block(() => w.statements())}} catch (z) { log(z?.message ?? z) }\n`
  }
}

function exported(w: Writer, n: number): string {
  const choices = [
    `export const x${n} = attempt(() => ${w.detached(() => w.expression())});`,
    `export function x${n}() { ${w.body('function')} }\n`,
    `export let { y: x${n} = () => ${w.name()} } = {};`,
  ]
  return w.oneOf(choices)
}
