import { uncurryThis } from '../mirror/uncurry-this.ts'
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
  if (isIdentifier(name)) return name
  return name.startsWith('Symbol(') && name.endsWith(')') ? `[${escape(name)}]` : quote(name)
}

/** Of ASCII. */
function isIdentifier(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = codeAt(name, i)
    const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code === 0x24
    if (!isLetter && (i === 0 || code < 0x30 || code > 0x39)) return false
  }
  return name !== ''
}

function quote(text: string): string {
  return `'${escape(text).replaceAll("'", "\\'")}'`
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

/**
 * Control characters and marks that turn the direction of text would let a value redraw the reader's terminal. Without
 * regular expressions: this runs in hits, and what `RegExp.$1` and its like say is the application's.
 */
function escape(text: string): string {
  let escaped = ''
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i)
    if (!mustEscape(code)) continue
    const character = text[i] as string
    escaped += slice(text, from, i) + (SHORT_ESCAPES[character] ?? `\\u${code.toString(16).padStart(4, '0')}`)
    from = i + 1
  }
  return from === 0 ? text : escaped + slice(text, from)
}

function mustEscape(code: number): boolean {
  if (code < 0x7f) return code < 0x20 || code === 0x5c
  if (code < 0x061c) return code < 0xa0
  if (code < 0x2028) return code === 0x061c || code === 0x200e || code === 0x200f
  return code <= 0x202e || (code >= 0x2066 && code <= 0x2069)
}

const codeAt = uncurryThis(String.prototype.charCodeAt)
const slice = uncurryThis(String.prototype.slice)
