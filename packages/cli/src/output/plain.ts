/**
 * What a terminal might obey instead of showing: control characters (escape sequences, C1 controls, line ends),
 * invisible and direction-changing format characters (text that reads other than it is), line and paragraph
 * separators, half surrogates. The two joiners stay: emoji and several scripts are written with them.
 */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text on one line, with everything unsafe as a visible escape: a captured value cannot forge output. */
export function plain(text: string): string {
  return text.replace(UNSAFE, (unit) => SHORT[unit] ?? escape(unit))
}

/** JSON on one line that parses to the same value, safe to look at in a terminal. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (unit) => [...unit].map(jsonEscape).join(''))
}

function escape(unit: string): string {
  const code = unit.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  return code <= 0xffff ? jsonEscape(unit) : `\\u{${code.toString(16)}}`
}

/** JSON knows UTF-16 units only: a character beyond them takes two escapes. */
function jsonEscape(character: string): string {
  let escaped = ''
  for (let index = 0; index < character.length; index += 1) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  }
  return escaped
}
