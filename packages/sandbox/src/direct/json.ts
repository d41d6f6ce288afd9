import { exceeded, failed, redacted, unsafe } from '../evaluate/evaluation.ts'
import { MAX_BUILT_STRING } from '../limits.ts'
import { HOLE } from './iterate.ts'
import { append } from './lists.ts'
import type { Objects } from './objects.ts'
import { isObject } from './operators.ts'
import type { World } from './world.ts'

/** Nesting that is written. `JSON.stringify` of V8 has no such bound, but our stack is the application's. */
const MAX_JSON_DEPTH = 200
/** Spaces of indentation, as in `JSON.stringify`. */
const MAX_INDENT = 10

interface Writing {
  /** Names to write, if only some. */
  names: readonly string[] | undefined
  indent: string
  /** The objects that are being written, outermost first. */
  open: object[]
}

/** `JSON.stringify` and `JSON.parse` that look at values without their accessors and `toJSON`. */
export function createJson(world: World, objects: Objects) {
  const { mirror, intrinsics, redactor, meter } = world
  const { quote, isProxy } = intrinsics

  function stringify(value: unknown, replacer: unknown, space: unknown): string | undefined {
    const text = written(value, { names: namesOf(replacer), indent: indentOf(space), open: [] }, '')
    if (text !== undefined) meter.build(text.length)
    return text
  }

  /** Undefined for what JSON leaves out. */
  function written(given: unknown, writing: Writing, margin: string): string | undefined {
    meter.spend(1)
    const value = isObject(given) || typeof given === 'bigint' ? jsonOf(given) : given
    switch (typeof value) {
      case 'string':
        meter.read(value.length)
        mustBeShort(value.length)
        return quote(value)
      case 'number':
        return value - value === 0 ? `${value === 0 ? 0 : value}` : 'null'
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        throw failed('JSON has no BigInt; convert it: String(n)')
      case 'object':
        return value === null ? 'null' : object(value, writing, margin)
      default:
        return undefined
    }
  }

  /** What `toJSON` makes of a value: of dates we know it, another may be the application's. */
  function jsonOf(value: object | bigint): unknown {
    if (typeof value === 'object' && isProxy(value)) throw unsafe('proxy')
    const view = mirror.get(value, 'toJSON')
    if (view.status === 'unsafe') throw unsafe(view.of)
    if (view.status === 'absent' || typeof view.value !== 'function') return value
    if (view.value !== intrinsics.dateToJSON || typeof value !== 'object' || mirror.kind(value) !== 'date') {
      throw unsafe('toJSON of the application')
    }
    const time = intrinsics.dateValue(value)
    return time - time === 0 ? intrinsics.toISOString(value) : null
  }

  function object(value: object, writing: Writing, margin: string): string {
    const { open } = writing
    for (let i = 0; i < open.length; i++) if (open[i] === value) throw failed('JSON cannot hold a cycle')
    if (open.length >= MAX_JSON_DEPTH) throw exceeded('stack')
    const kind = mirror.kind(value)
    if (kind === 'boxed') throw unsafe('boxed primitive')
    append(open, value)
    const inner = margin + writing.indent
    const text = kind === 'array' ? list(value, writing, inner, margin) : record(value, writing, inner, margin)
    open.length--
    return text
  }

  function list(value: object, writing: Writing, inner: string, margin: string): string {
    const length = mirror.size(value) ?? 0
    let content = ''
    for (let i = 0; i < length; i++) {
      const element = elementAt(value, i)
      const text = (element === HOLE ? undefined : written(element, writing, inner)) ?? 'null'
      content += separator(content, writing, inner) + text
      mustBeShort(content.length)
    }
    return enclosed('[', content, ']', writing, margin)
  }

  function elementAt(list: object, index: number): unknown {
    const view = mirror.get(list, index)
    if (view.status === 'unsafe') throw unsafe(view.of)
    if (view.status === 'absent') meter.spend(1)
    return view.status === 'absent' ? HOLE : view.value
  }

  function record(value: object, writing: Writing, inner: string, margin: string): string {
    let keys = writing.names
    if (keys === undefined) keys = objects.keysOf(value, 'JSON.stringify')
    let content = ''
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string
      if (redactor.hides(key) && mirror.get(value, key).status !== 'absent') throw redacted()
      const view = mirror.get(value, key)
      if (view.status === 'unsafe') throw unsafe(view.of)
      const text = view.status === 'absent' ? undefined : written(view.value, writing, inner)
      if (text === undefined) continue
      content += `${separator(content, writing, inner)}${quote(key)}:${writing.indent === '' ? '' : ' '}${text}`
      mustBeShort(content.length)
    }
    return enclosed('{', content, '}', writing, margin)
  }

  const separator = (content: string, { indent }: Writing, inner: string) =>
    (content === '' ? '' : ',') + (indent === '' ? '' : `\n${inner}`)

  const enclosed = (open: string, content: string, close: string, { indent }: Writing, margin: string) =>
    content === '' || indent === '' ? open + content + close : `${open}${content}\n${margin}${close}`

  /** A list of names, or nothing. */
  function namesOf(replacer: unknown): readonly string[] | undefined {
    if (replacer === undefined || replacer === null) return undefined
    if (!isObject(replacer) || mirror.kind(replacer) !== 'array') {
      if (typeof replacer === 'function') throw unsafe('function of the application as a callback')
      if (isObject(replacer) && isProxy(replacer)) throw unsafe('proxy')
      return undefined
    }
    const length = mirror.size(replacer) ?? 0
    const names: string[] = []
    for (let i = 0; i < length; i++) {
      meter.spend(1)
      const name = elementAt(replacer, i)
      if (isObject(name)) throw unsafe('conversion of an object')
      if (typeof name === 'string' || typeof name === 'number') {
        const text = intrinsics.toText(name)
        if (!has(names, text)) append(names, text)
      }
    }
    return names
  }

  function has(names: readonly string[], wanted: string): boolean {
    meter.spend(names.length)
    for (let i = 0; i < names.length; i++) if (names[i] === wanted) return true
    return false
  }

  function indentOf(space: unknown): string {
    if (isObject(space)) throw unsafe('conversion of an object')
    if (typeof space === 'string') return intrinsics.slice(space, 0, MAX_INDENT)
    let indent = ''
    if (typeof space === 'number') for (let i = 1; i <= space && i <= MAX_INDENT; i++) indent += ' '
    return indent
  }

  function parse(text: unknown, reviver: unknown): unknown {
    if (isObject(text)) throw unsafe('conversion of an object')
    if (typeof reviver === 'function') throw unsafe('function of the application as a callback')
    if (typeof text === 'symbol') throw failed('Cannot convert a Symbol value to a string')
    const source = intrinsics.toText(text)
    mustBeShort(source.length)
    // About 10 ns a character, at worst one value each.
    meter.spend(source.length >> 1)
    try {
      return intrinsics.parse(source)
    } catch {
      // The engine's own message quotes the beginning of the text, where half a secret is not known as one.
      throw failed('the text is not valid JSON')
    }
  }

  return { stringify, parse }
}

function mustBeShort(length: number): void {
  if (length > MAX_BUILT_STRING) throw exceeded('bytes')
}
