/** UTF-16 units of a class that are read to find out: some 50 µs, once for each class. Of larger ones nothing is said. */
export const MAX_CLASS_TEXT = 20_000

/**
 * Whether a class's text has names like `#total` outside of comments, strings and templates. What a template or a regular
 * expression has inside is not understood: in doubt a class has none. Calls no method.
 */
export function hasPrivateNames(text: string): boolean {
  const { length } = text
  if (length > MAX_CLASS_TEXT) return false
  for (let i = 0; i < length; i++) {
    const unit = text[i] as string
    if (unit === '#' && isNameStart(text[i + 1])) return true
    if (unit === "'" || unit === '"' || unit === '`') i = endOfQuoted(text, i)
    else if (unit === '/' && text[i + 1] === '/') while (i < length && text[i] !== '\n') i++
    else if (unit === '/' && text[i + 1] === '*') i = endOfComment(text, i)
  }
  return false
}

function endOfQuoted(text: string, start: number): number {
  const quote = text[start]
  let i = start + 1
  while (i < text.length && text[i] !== quote) i += text[i] === '\\' ? 2 : 1
  return i
}

function endOfComment(text: string, start: number): number {
  let i = start + 2
  while (i < text.length && !(text[i] === '*' && text[i + 1] === '/')) i++
  return i + 1
}

function isNameStart(unit: string | undefined): boolean {
  if (unit === undefined) return false
  return (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z') || unit === '_' || unit === '$' || unit > '\u007f'
}
