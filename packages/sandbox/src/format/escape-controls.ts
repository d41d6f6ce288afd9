/**
 * Control characters and those that turn the direction of text as `\n`, `\u202e`: what a value says must not look
 * like a line, a colour or a word of whoever wrote the log.
 */
export function escapeControls(text: string): string {
  let escaped = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] as string
    escaped += isControl(unit) ? (SHORT[unit] ?? written(unit)) : unit
  }
  return escaped
}

const isControl = (unit: string): boolean =>
  unit < ' ' ||
  (unit >= '\u007f' && unit < '\u00a0') ||
  (unit >= '\u2028' && unit <= '\u202e') ||
  (unit >= '\u2066' && unit <= '\u2069')

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const HEX: readonly string[] = [...'0123456789abcdef']
const { charCodeAt } = String.prototype
const { apply } = Reflect

function written(unit: string): string {
  const code = apply(charCodeAt, unit, [0])
  return `\\u${HEX[code >> 12]}${HEX[(code >> 8) & 15]}${HEX[(code >> 4) & 15]}${HEX[code & 15]}`
}
