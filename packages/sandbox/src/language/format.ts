import { engineOf, verifyAt } from './check.ts'
import { MAX_FORMAT_LENGTH } from './limits.ts'
import { referencesOf } from './references.ts'
import { type Engine, Fault, type Reference, type RefusalCode, type Refused, refusedAt } from './result.ts'

/** Text between expressions, or an expression and the 1-based column it starts at. */
export type FormatPart = string | { expression: string; column: number }

export type FormatResult =
  | { status: 'ok'; parts: readonly FormatPart[]; references: readonly Reference[]; engine: Engine }
  | Refused<RefusalCode | 'format_syntax'>

/**
 * A log's text: `total {cart.total} for {user.name}`. `{{` and `}}` are braces. Braces inside an expression, in its
 * strings, templates and object literals, belong to the expression. A brace that begins an object literal needs a space:
 * `{ {a: 1}.a }`.
 */
export function parseFormat(text: string): FormatResult {
  if (text.length > MAX_FORMAT_LENGTH) {
    const message = `The format has ${text.length} characters; at most ${MAX_FORMAT_LENGTH} are allowed`
    return refusedAt('expression_too_large', message, text, MAX_FORMAT_LENGTH)
  }
  const parts: FormatPart[] = []
  const references = new Map<string, Reference>()
  let engine: Engine = 'direct'
  let literal = ''
  let at = 0
  while (at < text.length) {
    const character = text[at]
    if (character !== '{' && character !== '}') {
      literal += character
      at++
    } else if (text[at + 1] === character) {
      literal += character
      at += 2
    } else if (character === '}') {
      return refusedAt('format_syntax', 'A } stands alone; write }} for a brace', text, at)
    } else {
      const start = skipSpace(text, at + 1)
      if (start === text.length) return unclosed(text, at)
      if (text[start] === '}') {
        return refusedAt('format_syntax', 'There is no expression between the braces; write {{}} for braces', text, at)
      }
      let found: ReturnType<typeof verifyAt>
      try {
        found = verifyAt(text, start)
      } catch (error) {
        if (error instanceof RangeError) {
          return refusedAt('expression_too_large', 'The expression nests too deeply', text, at)
        }
        if (!(error instanceof Fault)) throw error
        return error.code === 'expression_syntax' && error.offset >= text.length
          ? unclosed(text, at)
          : refusedAt(error.code, error.message, text, error.offset)
      }
      const close = skipSpace(text, found.end)
      if (close === text.length) return unclosed(text, at)
      if (text[close] !== '}') {
        const message = `The expression ends before ${JSON.stringify(text.slice(close, close + 10))}; a } must follow it`
        return refusedAt('format_syntax', message, text, close)
      }
      if (literal !== '') parts.push(literal)
      literal = ''
      parts.push({ expression: text.slice(start, found.end), column: start + 1 })
      for (const path of referencesOf(found.term)) references.set(JSON.stringify(path), path)
      if (engineOf(found.term) === 'quickjs') engine = 'quickjs'
      at = close + 1
    }
  }
  if (literal !== '') parts.push(literal)
  return { status: 'ok', parts, references: [...references.values()], engine }
}

const unclosed = (text: string, at: number) =>
  refusedAt('format_syntax', 'The { is never closed; write {{ for a brace', text, at)

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at] ?? '')) at++
  return at
}
