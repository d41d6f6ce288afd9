/**
 * Plain data as JSON. Some applications give `Object.prototype` or `Array.prototype` a `toJSON` (old libraries did);
 * `JSON.stringify` would run it and send what it returns, so that then our own, slower writer takes over.
 */
export function createPlainEncoder(): (data: object) => string {
  const { stringify } = JSON
  const prototypes = [Object.prototype, Array.prototype, String.prototype, Number.prototype, Boolean.prototype]
  const hasOwn = Object.hasOwn
  return (data) => (prototypes.some((prototype) => hasOwn(prototype, 'toJSON')) ? write(data) : stringify(data))
}

/** Plain data only: objects, arrays and primitives, as frames are made of. */
function write(value: unknown): string {
  if (typeof value === 'string') return `"${escapeText(value)}"`
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : String(value)
  if (Array.isArray(value)) return `[${value.map((item) => write(item)).join(',')}]`
  const members = Object.entries(value).filter(([, held]) => held !== undefined)
  return `{${members.map(([name, held]) => `"${escapeText(name)}":${write(held)}`).join(',')}}`
}

function escapeText(text: string): string {
  // Well-formed, as JSON.stringify does it: lone surrogates are escaped as well.
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON wants escaped
    /["\\\u0000-\u001f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
