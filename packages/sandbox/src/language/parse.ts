import { type Expression, type Options, parseExpressionAt, tokenizer } from 'acorn'
import { Fault } from './result.ts'

/**
 * Parentheses are kept so that an expression ends where its last one does. `await` is parsed so that it can
 * be refused in words. Scripts, because application code may call a variable `let`.
 */
const options: Options = {
  ecmaVersion: 2024,
  sourceType: 'script',
  allowAwaitOutsideFunction: true,
  preserveParens: true,
}

/** One expression from `offset` on; where it ends is `end`. Throws `Fault` with an offset into `text`. */
export function parseAt(text: string, offset: number): Expression {
  try {
    return parseExpressionAt(text, offset, options)
  } catch (error) {
    throw asFault(error, offset)
  }
}

/** The whole text is one expression. */
export function parseWhole(source: string): Expression {
  if (source.trim() === '') throw new Fault('expression_syntax', 'The expression is empty', 0)
  const expression = parseAt(source, 0)
  const rest = nextToken(source, expression.end)
  if (rest !== undefined) {
    throw new Fault(
      'expression_syntax',
      `Unexpected ${JSON.stringify(source.slice(rest, rest + 10))} after the expression; write one expression`,
      rest,
    )
  }
  return expression
}

/** Where the next token starts; undefined when only space and comments follow. */
function nextToken(source: string, offset: number): number | undefined {
  try {
    const token = tokenizer(source.slice(offset), options).getToken()
    return token.type.label === 'eof' ? undefined : offset + token.start
  } catch {
    return offset
  }
}

function asFault(error: unknown, offset: number): Fault {
  // acorn recurses; close to the end of the stack it says so itself, or the host does.
  if (error instanceof RangeError || (error instanceof SyntaxError && error.message.startsWith('Not enough stack'))) {
    return new Fault('expression_too_large', 'The expression nests too deeply', offset)
  }
  if (error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number') {
    return new Fault('expression_syntax', error.message.replace(/ \(\d+:\d+\)$/, ''), error.pos)
  }
  throw error
}
