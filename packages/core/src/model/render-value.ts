import type { CapturedObject, CapturedValue, Omission } from './captured-value.ts'
import { MAX_CAPTURED_DEPTH } from './captured-value-schema.ts'

export interface RenderOptions {
  /** Break what does not fit into `width` columns over several lines. Default: one line. */
  multiline?: boolean
  /** Columns of a line when `multiline`. Default 80. */
  width?: number
  /** A string at the top is text, as in a log line, not a literal in quotes. Its control characters are kept: who prints it to a terminal escapes them. */
  rawString?: boolean
  /** UTF-16 units of the result, about: what comes later becomes `…`. Default `MAX_RENDERED_LENGTH`. */
  maxLength?: number
}

/** A screenful or ten: a value that is longer is read in a viewer, not in a line. */
export const MAX_RENDERED_LENGTH = 100_000
const INDENT = '  '

/**
 * Text for people, in the manner of Node's `util.inspect`: `Cart { items: [ { sku: 'a', qty: 2 } ], total: 12.5 }`.
 * What was left out shows: `… 38 more`, `<redacted>`, `<accessor>`, `[Cart]` where the depth ended. Pure and bounded.
 */
export function renderValue(value: CapturedValue, options: RenderOptions = {}): string {
  if (options.rawString === true && value.type === 'string') return value.value + moreOf(value)
  const width = options.multiline === true ? (options.width ?? 80) : Number.POSITIVE_INFINITY
  return render(value, { width, left: options.maxLength ?? MAX_RENDERED_LENGTH }, 0)
}

interface Canvas {
  readonly width: number
  /** Units that may still be written. */
  left: number
}

function render(value: CapturedValue, canvas: Canvas, depth: number): string {
  if (canvas.left <= 0 || depth > MAX_CAPTURED_DEPTH) return '…'
  if (value.type === 'object') return renderObject(value, canvas, depth)
  const text = renderLeaf(value)
  canvas.left -= text.length
  return text
}

function renderLeaf(value: Exclude<CapturedValue, CapturedObject>): string {
  switch (value.type) {
    case 'undefined':
    case 'null':
      return value.type
    case 'boolean':
    case 'number':
      return String(value.value)
    case 'symbol':
      return escape(value.value)
    case 'bigint':
      return value.omitted === undefined ? `${value.value}n` : '<bigint of more than 1000 digits>'
    case 'string':
      return quote(value.value) + moreOf(value)
    case 'reference':
      return `[ref *${value.id}]`
    case 'omitted':
      return renderOmission(value.reason, value.of === undefined ? undefined : escape(value.of))
  }
}

function renderOmission(reason: Omission, of: string | undefined): string {
  if (reason === 'redacted') return '<redacted>'
  if (reason === 'depth') return `[${of || 'Object'}]`
  if (reason === 'unsafe' || of === 'hole') return `<${of ?? reason}>`
  return of === undefined ? `<omitted: ${reason}>` : `<${of} omitted: ${reason}>`
}

const moreOf = (value: { value: string; length?: number }) =>
  value.length === undefined ? '' : `… ${value.length - value.value.length} more characters`

function renderObject(object: CapturedObject, canvas: Canvas, depth: number): string {
  const mark = object.id === undefined ? '' : `<ref *${object.id}> `
  const head = headOf(object)
  canvas.left -= mark.length + head.length + 4
  const parts = renderParts(object, canvas, depth)
  if (parts === undefined) return mark + head
  const isList = object.items !== undefined && !object.class.endsWith('Set')
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  const prefix = mark + (head === '' ? '' : `${head} `)
  if (parts.length === 0) return object.text === undefined ? `${prefix}${open}${close}` : mark + head
  return layOut(prefix + open, parts, close, canvas, depth)
}

/** What stands before the brackets; all there is of an object that has none. */
function headOf(object: CapturedObject): string {
  const name = escape(object.class)
  const size = object.size === undefined ? '' : `(${object.size})`
  if (object.text !== undefined) return textOf(object, object.text)
  if (object.items !== undefined || object.entries !== undefined) {
    return name === 'Array' ? '' : `${name || 'null prototype'}${size}`
  }
  if (object.properties === undefined) {
    return object.omitted === undefined ? `[${name}${size}]` : renderOmission(object.omitted, name || 'Object')
  }
  return name === 'Object' ? '' : name || '[Object: null prototype]'
}

function textOf(object: CapturedObject, text: string): string {
  const whole = object.omitted === 'length' ? `${text}…` : text
  if (object.class === 'Date' || object.class === 'RegExp') return escape(whole)
  if (object.class.endsWith('Function')) {
    if (text.startsWith('class ')) return `[${escape(text).trim()}]`
    return text === '' ? `[${escape(object.class)} (anonymous)]` : escape(`[${object.class}: ${whole}]`)
  }
  return text === '' ? escape(`[${object.class}]`) : escape(`[${object.class}: ${whole}]`)
}

/** The things between the brackets; undefined for an object that has no brackets. */
function renderParts(object: CapturedObject, canvas: Canvas, depth: number): string[] | undefined {
  if (object.items === undefined && object.entries === undefined && object.properties === undefined) return undefined
  const parts: string[] = []
  const inner = depth + 1
  for (const item of object.items ?? []) {
    if (!push(parts, canvas, () => render(item, canvas, inner))) return parts
  }
  for (const [key, value] of object.entries ?? []) {
    if (!push(parts, canvas, () => `${render(key, canvas, inner)} => ${render(value, canvas, inner)}`)) return parts
  }
  for (const [name, value] of object.properties ?? []) {
    // Every error has a stack that was not read; it says nothing.
    if (name === 'stack' && object.text !== undefined && value.type === 'omitted') continue
    if (!push(parts, canvas, () => `${renderName(name, canvas)}: ${render(value, canvas, inner)}`)) return parts
  }
  if (object.private) parts.push('#private')
  if (object.omitted !== undefined && object.omitted !== 'length') parts.push(renderRest(object, object.omitted))
  return parts
}

function push(parts: string[], canvas: Canvas, part: () => string): boolean {
  if (canvas.left <= 0) {
    parts.push('…')
    return false
  }
  canvas.left -= 2
  parts.push(part())
  return true
}

function renderRest(object: CapturedObject, reason: Omission): string {
  const shown = object.items?.length ?? object.entries?.length
  const count = object.size === undefined || shown === undefined ? '' : ` ${object.size - shown}`
  return `…${count} more${reason === 'items' ? '' : ` (${reason})`}`
}

function layOut(open: string, parts: readonly string[], close: string, canvas: Canvas, depth: number): string {
  const indent = INDENT.repeat(depth)
  let length = indent.length + open.length + close.length
  let fits = true
  for (const part of parts) {
    length += part.length + 2
    if (length > canvas.width || part.includes('\n')) fits = false
  }
  if (fits) return `${open} ${parts.join(', ')} ${close}`
  return `${open}\n${parts.map((part) => `${indent}${INDENT}${part}`).join(',\n')}\n${indent}${close}`
}

function renderName(name: string, canvas: Canvas): string {
  canvas.left -= name.length
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return name
  return /^Symbol\(.*\)$/s.test(name) ? `[${escape(name)}]` : quote(name)
}

function quote(text: string): string {
  return `'${escape(text).replaceAll("'", "\\'")}'`
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

/** Control characters and marks that turn the direction of text would let a value redraw the reader's terminal. */
function escape(text: string): string {
  return text.replace(/[\\\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.charCodeAt(0)
    return SHORT_ESCAPES[character] ?? `\\u${code.toString(16).padStart(4, '0')}`
  })
}
