import { engineOf, verifyAt } from './check.ts'
import { MAX_FORMAT_LENGTH } from './limits.ts'
import { referencesOf } from './references.ts'
import { type Engine, Fault, type Reference, type RefusalCode, type Refused, refusedAt } from './result.ts'

/**
 * Text between expressions, or an expression, the 1-based column it starts at, and the name of its value among the
 * fields that go beside the text.
 */
export type FormatPart = string | { expression: string; column: number; field: string }

export type FormatResult =
  | {
      status: 'ok'
      parts: readonly FormatPart[]
      /** Names of the fields, each once, in the order they are written. */
      fields: readonly string[]
      references: readonly Reference[]
      engine: Engine
    }
  | Refused<RefusalCode | 'format_syntax'>

/**
 * A log's text: `total {cart.total} for {user.name}`. `{{` and `}}` are braces. Braces inside an expression, in its
 * strings, templates and object literals, belong to the expression. A brace that begins an object literal needs a space:
 * `{ {a: 1}.a }`.
 *
 * Each value is also a field: under the name before a colon, `{total: cart.total}`, or else under the text of its
 * expression. The same text twice is one field; one name for two expressions is refused.
 */
export function parseFormat(text: string): FormatResult {
  if (text.length > MAX_FORMAT_LENGTH) {
    const message = `The format has ${text.length} characters; at most ${MAX_FORMAT_LENGTH} are allowed`
    return refusedAt('expression_too_large', message, text, MAX_FORMAT_LENGTH)
  }
  const parts: FormatPart[] = []
  const references = new Map<string, Reference>()
  const fields = new Map<string, string>()
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
      const label = labelAt(text, skipSpace(text, at + 1))
      const start = skipSpace(text, label?.end ?? at + 1)
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
      const expression = text.slice(start, found.end)
      const field = label?.name ?? nameOf(expression)
      if ((fields.get(field) ?? expression) !== expression) {
        const message = `The field ${field} stands for two expressions; name one of them: {other: ${expression}}`
        return refusedAt('format_syntax', message, text, at + 1)
      }
      fields.set(field, expression)
      parts.push({ expression, column: start + 1, field })
      for (const path of referencesOf(found.term)) references.set(JSON.stringify(path), path)
      if (engineOf(found.term) === 'quickjs') engine = 'quickjs'
      at = close + 1
    }
  }
  if (literal !== '') parts.push(literal)
  return { status: 'ok', parts, fields: [...fields.keys()], references: [...references.values()], engine }
}

const unclosed = (text: string, at: number) =>
  refusedAt('format_syntax', 'The { is never closed; write {{ for a brace', text, at)

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at] ?? '')) at++
  return at
}

/** `total:` in `{total: cart.total}`. No expression begins that way. */
function labelAt(text: string, from: number): { name: string; end: number } | undefined {
  const label = /([\p{ID_Start}_$][\p{ID_Continue}$]*)\s*:/uy
  label.lastIndex = from
  const found = label.exec(text)
  return found === null ? undefined : { name: found[1] ?? '', end: label.lastIndex }
}

/** UTF-16 units of a name that was made of an expression. */
const MAX_FIELD_NAME = 60

function nameOf(expression: string): string {
  const name = expression.replace(/\s+/g, ' ')
  return name.length <= MAX_FIELD_NAME ? name : `${name.slice(0, MAX_FIELD_NAME - 1)}…`
}
