import { append } from '../direct/lists.ts'
import type { World } from '../direct/world.ts'
import { exceeded, redacted, Stop, unsafe } from '../evaluate/evaluation.ts'
import { outcomeOf } from '../evaluate/outcome-of.ts'
import { MAX_BIGINT_BITS } from '../limits.ts'
import type { MemberOutline, Outline, Partial, Rows } from './outline.ts'
import { PROTOCOL_NAMES } from './protocols.ts'

/**
 * Values of the application as text for the guest: JSON as far as JSON goes. What it lacks is an object whose only key is
 * U+0000, with a list: `u` undefined, `n` NaN and the like, `b` BigInt, `h` hole, `r` an object that came before (by
 * number), `d` date, `m` map, `s` set, `t` typed array, `R` regular expression, `x` object with a prototype or hidden
 * properties, `p` poison: reading it ends the evaluation with its reason.
 *
 * Objects are numbered in the order in which they begin, so that a result that is one of them comes back as itself.
 *
 * One file, because it is one walk: every kind of value recurses into the others and shares the numbers and the bounds.
 */
export interface Message {
  text: string
  objects: readonly object[]
  /** By input: why it is not there. */
  failures: readonly (Stop | undefined)[]
  /** Numbers of the inputs that are not there. */
  missing: readonly number[]
  /** Bits of the lists that are written as rows. */
  inRows: number
}

const OPEN = '{"\\u0000":['
const UNDEFINED = `${OPEN}"u"]}`
const HOLE = `${OPEN}"h"]}`
const POISON = `${OPEN}"p",`

/** In the order of `PROTOCOL_NAMES`, which the guest knows as well. */
const PROTOCOLS: readonly symbol[] = PROTOCOL_NAMES.map((name) => Symbol[name])

/** Own keys of a prototype that are looked at. Built-in ones have under fifty. */
const MAX_INHERITED = 200

export function createEncoder(world: World) {
  const { mirror, intrinsics, limits, redactor } = world
  const {
    quote,
    isProxy,
    isArray,
    hasOwn,
    getOwnPropertyDescriptor,
    getPrototypeOf,
    prototypes,
    asIntN,
    toText,
    mapGet,
  } = intrinsics
  const mapSet = intrinsics.uncurryThis(Map.prototype.set)

  // Of the message that is being written. One is written at a time.
  let objects: object[] = []
  let numbers = new Map<object, number>()
  /** Those that are written already, each at the place of its number. */
  let written: (object | null)[] = []
  let special = false
  let left = 0
  let length = 0
  let inRows = 0
  let mayBeRows = true

  function begin(): void {
    objects = []
    numbers = new Map()
    written = []
    special = false
    left = limits.copyValues
    length = 0
    inRows = 0
  }

  function encode(value: unknown, shape: Outline, depth: number): string {
    if (--left < 0) throw exceeded('fuel')
    if (typeof value === 'object' && value !== null) return object(value, shape, depth)
    switch (typeof value) {
      case 'string':
        return text(value)
      case 'number':
        return number(value)
      case 'boolean':
        return value ? 'true' : 'false'
      case 'undefined':
        special = true
        return UNDEFINED
      case 'bigint':
        special = true
        return asIntN(MAX_BIGINT_BITS, value) === value ? `${OPEN}"b","${toText(value)}"]}` : poison('length', 'bigint')
      case 'symbol':
        return poison('unsafe', 'symbol')
      case 'function':
        return callable(value, shape)
      default:
        return 'null'
    }
  }

  function object(value: object, shape: Outline, depth: number): string {
    if (isProxy(value)) return poison('unsafe', 'proxy')
    if (depth > limits.copyDepth) return poison('depth', 'object')
    return shape === 'all' ? whole(value, depth) : shape === 'none' ? standIn(value) : partial(value, shape, depth)
  }

  /** There is a function; nothing of it can be seen, and calling it ends the evaluation. */
  function callable(value: object, shape: Outline): string {
    if (isProxy(value)) return poison('unsafe', 'proxy')
    if (mirror.get(value, 'toJSON').status !== 'absent') return poison('unsafe', 'function')
    const known = mapGet(numbers, value) as number | undefined
    special = true
    if (shape === 'all' && known !== undefined && objects[known] === value) return `${OPEN}"r",${known}]}`
    mapSet(numbers, value, objects.length)
    append(objects, value)
    return `${OPEN}"f"]}`
  }

  function text(value: string): string {
    length += value.length
    if (length > limits.copyLength) throw exceeded('bytes')
    return quote(value)
  }

  function number(value: number): string {
    if (value - value === 0 && (value !== 0 || 1 / value > 0)) return `${value}`
    special = true
    return value === 0 ? `${OPEN}"n","-0"]}` : `${OPEN}"n","${value}"]}`
  }

  function poison(reason: string, of: string): string {
    special = true
    return `${POISON}"${reason}",${quote(of)}]}`
  }

  /** Something that is the object only by its number. */
  function standIn(object: object): string {
    append(objects, object)
    return '{}'
  }

  function partial(object: object, { members, items, rows }: Partial, depth: number): string {
    if (items !== undefined) {
      if (!isArray(object) || getPrototypeOf(object) !== prototypes.array || hasOtherThanLength(members)) {
        return whole(object, depth)
      }
      append(objects, object)
      // No list is taken apart here: the application may have replaced its iterator.
      const objectsBefore = objects.length
      const lengthBefore = length
      // Its elements lie one deeper.
      const json =
        mayBeRows && rows !== undefined && depth < limits.copyDepth ? inColumns(object as unknown[], rows) : undefined
      if (json !== undefined) return json
      objects.length = objectsBefore
      length = lengthBefore
      return elements(object, object.length, items, depth)
    }
    append(objects, object)
    let content = ''
    for (let i = 0; i < members.length; i++) {
      const { prefix, name, hidden, inherited, outline } = members[i] as MemberOutline
      const json = hidden ? poison('redacted', '') : member(object, name, outline, depth)
      if (json === UNDEFINED) {
        if (!inherited) continue
        special = true
      }
      content += content === '' ? prefix + json : `,${prefix}${json}`
    }
    return `{${content}}`
  }

  function member(object: object, name: string, outline: Outline, depth: number): string {
    // The short way of `read.ts`, for the same reasons.
    if (name !== 'stack') {
      const descriptor = getOwnPropertyDescriptor(object, name)
      if (descriptor !== undefined && hasOwn(descriptor, 'value')) return encode(descriptor.value, outline, depth + 1)
    }
    const view = mirror.get(object, name)
    if (view.status === 'absent') return UNDEFINED
    return view.status === 'value' ? encode(view.value, outline, depth + 1) : poison('unsafe', view.of)
  }

  function elements(array: object, count: number, shape: Outline, depth: number): string {
    if (count > left) throw exceeded('fuel')
    let content = '['
    for (let i = 0; i < count; i++) {
      if (i > 0) content += ','
      // The short way of `read.ts`.
      const descriptor = getOwnPropertyDescriptor(array, i)
      if (descriptor !== undefined && hasOwn(descriptor, 'value')) {
        content += encode(descriptor.value, shape, depth + 1)
        continue
      }
      const view = mirror.own(array, i)
      if (view.status === 'value') content += encode(view.value, shape, depth + 1)
      else if (view.status === 'unsafe') content += poison('unsafe', view.of)
      else {
        special = true
        content += HOLE
      }
    }
    return `${content}]`
  }

  function whole(object: object, depth: number): string {
    const known = mapGet(numbers, object) as number | undefined
    if (known !== undefined && objects[known] === object) {
      special = true
      return `${OPEN}"r",${known}]}`
    }
    const index = objects.length
    const prototypesBefore = written.length
    mapSet(numbers, object, index)
    objects[index] = object
    const json = content(object, depth)
    if (isPoison(json)) forget(index, prototypesBefore)
    return json
  }

  /** What was numbered inside of something that is not there is not there either. */
  function forget(objectCount: number, prototypeCount: number): void {
    objects.length = objectCount
    written.length = prototypeCount
  }

  function content(object: object, depth: number): string {
    const kind = mirror.kind(object)
    const prototype = getPrototypeOf(object)
    if (kind === 'object' || kind === 'error') return record(object, prototype, depth)
    const type = mapGet(COPIED, kind) as keyof typeof prototypes | undefined
    if (type !== undefined && prototype !== prototypes[type]) return poison('unsafe', `subclass of ${kind}`)
    switch (kind) {
      case 'array': {
        const count = mirror.size(object) ?? 0
        if (count > left) throw exceeded('fuel')
        const json = elements(object, count, 'all', depth)
        return hasNamed(object, 'length') ? poison('unsafe', 'array with named properties') : json
      }
      case 'date': {
        if (hasNamed(object)) return poison('unsafe', 'date with properties')
        special = true
        const time = intrinsics.dateValue(object)
        // biome-ignore lint/suspicious/noSelfCompare: an invalid date.
        return `${OPEN}"d",${time === time ? time : 'null'}]}`
      }
      case 'regexp':
        return hasNamed(object, 'lastIndex') ? poison('unsafe', 'regexp with properties') : regexp(object)
      case 'map': {
        if (hasNamed(object)) return poison('unsafe', 'map with properties')
        const { entries, size } = mirror.mapEntries(object, left)
        if (size > left) throw exceeded('fuel')
        return collection('m', entries.length, (i) => {
          const entry = entries[i]
          if (typeof entry?.[0] === 'string' && redactor.hides(entry[0])) return poison('redacted', 'Map')
          const key = encode(entry?.[0], 'all', depth + 1)
          return isPoison(key) ? key : pair(key, encode(entry?.[1], 'all', depth + 1))
        })
      }
      case 'set': {
        if (hasNamed(object)) return poison('unsafe', 'set with properties')
        const { items, size } = mirror.setItems(object, left)
        if (size > left) throw exceeded('fuel')
        return collection('s', items.length, (i) => encode(items[i], 'all', depth + 1))
      }
      case 'typed-array': {
        const name = mapGet(intrinsics.typedArrays, prototype) as string | undefined
        if (name === undefined) return poison('unsafe', 'subclass of a typed array')
        const count = mirror.size(object) ?? 0
        if (count > left) throw exceeded('fuel')
        if (count === 0 && intrinsics.isDetached(object)) return poison('unsafe', 'detached buffer')
        if (hasNamed(object, count > 0 ? `${count - 1}` : undefined))
          return poison('unsafe', 'typed array with named properties')
        special = true
        return `${OPEN}"t","${name}",${elements(object, count, 'all', depth)}]}`
      }
      default:
        return poison('unsafe', kind)
    }
  }

  const pair = (key: string, value: string) => (isPoison(value) ? value : `[${key},${value}]`)

  /** All of it or nothing: an entry cannot be poisoned, it would be looked at when the collection is made. */
  function collection(tag: string, count: number, entry: (index: number) => string): string {
    special = true
    let json = `${OPEN}"${tag}",[`
    for (let i = 0; i < count; i++) {
      const each = entry(i)
      if (isPoison(each)) return each
      json += i > 0 ? `,${each}` : each
    }
    return `${json}]]}`
  }

  function regexp(object: object): string {
    special = true
    const written = mirror.text(object) ?? '//'
    let slash = written.length - 1
    while (written[slash] !== '/') slash--
    let source = ''
    for (let i = 1; i < slash; i++) source += written[i]
    let flags = ''
    for (let i = slash + 1; i < written.length; i++) flags += written[i]
    const last = mirror.own(object, 'lastIndex')
    const at = last.status === 'value' && typeof last.value === 'number' ? last.value : 0
    return `${OPEN}"R",${text(source)},"${flags}",${at - at === 0 ? at : 0}]}`
  }

  function record(object: object, prototype: object | null, depth: number): string {
    const { keys, more } = mirror.ownKeys(object, left + 1)
    if (more) throw exceeded('fuel')
    let plain = prototype === prototypes.object
    let shown = ''
    let entries = ''
    let protocols = ''
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      if (typeof key === 'symbol') protocols += protocolOf(key, protocols)
      if (typeof key !== 'string') continue
      const json = own(object, key, depth)
      const name = text(key)
      const comma = entries === '' ? '' : ','
      const enumerable = intrinsics.isEnumerable(object, key)
      if (!enumerable || key === '\0' || key === '__proto__') plain = false
      shown += `${comma}${name}:${json}`
      entries += `${comma}[${name},${json},${enumerable ? 1 : 0}]`
    }
    if (plain && protocols === '') return `{${shown}}`
    special = true
    return `${OPEN}"x",[${entries}],${inheritance(prototype, depth)},[${protocols}]]}`
  }

  /** The place of a symbol among those that have one, once. Symbols are not copied; in a copy, reading one ends the evaluation. */
  function protocolOf(key: symbol, before: string): string {
    let place = 0
    while (place < PROTOCOLS.length && PROTOCOLS[place] !== key) place++
    for (let i = 0; i < before.length; i++) if (before[i] === `${place}`) return ''
    return before === '' ? `${place}` : `,${place}`
  }

  function own(object: object, key: string, depth: number): string {
    if (redactor.hides(key)) return poison('redacted', '')
    const view = mirror.own(object, key)
    if (view.status === 'value') return encode(view.value, 'all', depth + 1)
    return view.status === 'unsafe' ? poison('unsafe', view.of) : UNDEFINED
  }

  /** The chain up to a built-in prototype, flattened. Methods and accessors are poison: they would run the application. */
  function inheritance(prototype: object | null, depth: number): string {
    for (let i = 0; i < written.length; i++) if (written[i] === prototype) return `[${i}]`
    const index = written.length
    written[index] = prototype
    const names = new Map<string, true>()
    let inherited = ''
    let protocols = ''
    for (let at = prototype; ; at = getPrototypeOf(at)) {
      const base = at === null ? 'null' : at === prototypes.object ? 'object' : at === prototypes.error ? 'error' : ''
      if (at === null || base !== '') return `[${index},"${base}",[${inherited}],[${protocols}]]`
      if (isProxy(at)) throw unsafe('proxy')
      const { keys, more } = mirror.ownKeys(at, MAX_INHERITED)
      if (more) throw exceeded('fuel')
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i]
        if (typeof key === 'symbol') protocols += protocolOf(key, protocols)
        if (typeof key !== 'string' || mapGet(names, key) === true) continue
        mapSet(names, key, true)
        inherited += `${inherited === '' ? '' : ','}[${text(key)},${own(at, key, depth)}]`
      }
    }
  }

  /** Whether a collection has own keys beyond what it begins with, of which `last` is the last: they are not copied. */
  function hasNamed(object: object, last?: string): boolean {
    if (intrinsics.symbols(object).length > 0) return true
    const names = intrinsics.names(object)
    return names.length > 0 && names[names.length - 1] !== last
  }

  /** A list value after value, or undefined when it has anything out of the ordinary. */
  function inColumns(list: unknown[], { bit, columns, elements }: Rows): string | undefined {
    const count = list.length
    if (count * columns.length > left) return undefined
    let content = ''
    for (let i = 0; i < count; i++) {
      const item = dataOf(list, i)
      if (typeof item !== 'object' || item === null || isProxy(item)) return undefined
      if (elements === undefined) append(objects, item)
      for (let j = 0; j < columns.length; j++) {
        const cell = cellOf(dataOf(item, columns[j] as string))
        if (cell === undefined) return undefined
        content += content === '' ? cell : `,${cell}`
      }
    }
    left -= count * columns.length
    inRows |= bit
    return `[${content}]`
  }

  function dataOf(object: object, key: PropertyKey): unknown {
    const descriptor = getOwnPropertyDescriptor(object, key)
    return descriptor !== undefined && hasOwn(descriptor, 'value') ? descriptor.value : undefined
  }

  function cellOf(value: unknown): string | undefined {
    switch (typeof value) {
      case 'number':
        return value - value === 0 && (value !== 0 || 1 / value > 0) ? `${value}` : undefined
      case 'string':
        return text(value)
      case 'boolean':
        return value ? 'true' : 'false'
      default:
        return value === null ? 'null' : undefined
    }
  }

  /** @param failures By input: why it has no value. More are added here. */
  return function message(
    outlines: readonly Outline[],
    values: readonly unknown[],
    failures: (Stop | undefined)[],
  ): Message {
    mayBeRows = true
    const message = write(values, failures, outlines)
    if (message.inRows === 0 || !special) return message
    // The guest takes rows and special values apart in different ways.
    mayBeRows = false
    return write(values, failures, outlines)
  }

  function write(values: readonly unknown[], failures: (Stop | undefined)[], outlines: readonly Outline[]): Message {
    begin()
    const missing: number[] = []
    let body = ''
    for (let i = 0; i < outlines.length; i++) {
      const before = objects.length
      const prototypesBefore = written.length
      let json = ''
      try {
        if (failures[i] === undefined) json = encode(values[i], outlines[i] ?? 'all', 0)
        if (isPoison(json)) failures[i] = reasonOf(json)
      } catch (thrown) {
        forget(before, prototypesBefore)
        failures[i] = asStop(thrown)
      }
      if (failures[i] !== undefined) append(missing, i)
      body += failures[i] === undefined ? `,${json}` : ',null'
    }
    return { text: `[${special ? 1 : 0}${body}]`, objects, failures, missing, inRows }
  }

  function reasonOf(json: string): Stop {
    const raw = intrinsics.parse(json) as {
      '\0': [tag: string, reason: 'unsafe' | 'depth' | 'length' | 'redacted', of: string]
    }
    const reason = raw['\0'][1]
    const of = raw['\0'][2]
    return reason === 'redacted' ? redacted() : new Stop({ status: 'omitted', reason, of })
  }
}

/** Kinds that are copied only when they are no subclass. */
const COPIED: ReadonlyMap<string, string> = new Map(
  ['array', 'date', 'regexp', 'map', 'set'].map((kind) => [kind, kind]),
)

export const asStop = (thrown: unknown): Stop => (thrown instanceof Stop ? thrown : new Stop(outcomeOf(thrown)))

const isPoison = (json: string): boolean => {
  if (json.length < POISON.length) return false
  for (let i = 0; i < POISON.length; i++) if (json[i] !== POISON[i]) return false
  return true
}

function hasOtherThanLength(members: readonly MemberOutline[]): boolean {
  return members.length > 1 || (members.length === 1 && members[0]?.name !== 'length')
}
