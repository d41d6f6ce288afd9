import type { Identity, Mirror, ObjectKind, PropertyView } from '../mirror/mirror.ts'
import type { CapturedObject, CapturedValue, Omission } from '../model/captured-value.ts'
import type { Redactor } from '../redact/redactor.ts'
import { SCRUB_MARGIN, type Scrubber } from '../redact/scrubber.ts'
import type { CaptureLimits } from './capture-limits.ts'
import type { CaptureIntrinsics } from './intrinsics.ts'

/** Values between two looks at the clock: 128 values take some 25 µs, a look 50 ns. */
export const VALUES_PER_CLOCK_CHECK = 128
/** Longest array whose named properties are looked for (a match of a regular expression has some): it takes enumerating its indices. */
export const MAX_LENGTH_WITH_NAMES = 16
/** UTF-16 units; cutting a longer one may take more than 10 µs. */
const LONG_STRING = 100_000
/** A class or function name, a symbol's description: longer is no name. */
export const MAX_NAME_LENGTH = 200
/** Printing a bigint takes time that grows with its square; up to this magnitude (1 234 digits) some microseconds. */
const MAX_BIGINT = 1n << 4096n
/** Card numbers kept as numbers have 13 digits or more. */
const SMALLEST_CARD = 1e12
/** JSON around a value: braces, quotes, `"type":"number","value":`. */
const BYTES_PER_VALUE = 32

export interface WalkTools extends CaptureIntrinsics {
  mirror: Mirror
  redactor: Redactor
  scrubber: Scrubber
  nowMicros: () => number
}

/** What a key is called in the capture, and whether what it holds may be looked at. */
interface KnownName {
  key: PropertyKey
  shown: string
  isHidden: boolean
}

interface Pending {
  object: object
  kind: ObjectKind
  target: CapturedObject
  depth: number
}

const UNDEFINED: CapturedValue = { type: 'undefined' }
const NULL: CapturedValue = { type: 'null' }
const TRUE: CapturedValue = { type: 'boolean', value: true }
const FALSE: CapturedValue = { type: 'boolean', value: false }
const HOLE: CapturedValue = { type: 'omitted', reason: 'items', of: 'hole' }
const REDACTED: CapturedValue = { type: 'omitted', reason: 'redacted' }
const ACCESSOR: CapturedValue = { type: 'omitted', reason: 'unsafe', of: 'accessor' }
/** What `this` is in a sloppy function: no variable of anybody, and large enough to push all of them out. */
const GLOBAL: object = globalThis
const GLOBAL_THIS: CapturedValue = { type: 'omitted', reason: 'depth', of: 'globalThis' }
const PROXY: CapturedValue = { type: 'omitted', reason: 'unsafe', of: 'proxy' }

/** What these are called when their prototype does not say so. */
const BUILT_IN_NAMES: { readonly [K in ObjectKind]?: string } = {
  array: 'Array',
  function: 'Function',
  class: 'Function',
  map: 'Map',
  set: 'Set',
  date: 'Date',
  regexp: 'RegExp',
  error: 'Error',
  promise: 'Promise',
}

type Scrubbing = Pick<WalkTools, 'scrubber'>

const isSecret = (text: string, { scrubber }: Scrubbing) => scrubber.scrub(text) !== text

/** What is seen whole without a walk: the values of most logs. `undefined` for the others. */
export function glance(
  value: unknown,
  tools: Scrubbing,
  { maxStringLength }: Pick<CaptureLimits, 'maxStringLength'>,
): CapturedValue | undefined {
  switch (typeof value) {
    case 'undefined':
      return UNDEFINED
    case 'boolean':
      return value ? TRUE : FALSE
    case 'number':
      return (value >= SMALLEST_CARD || value <= -SMALLEST_CARD) && isSecret(`${value}`, tools)
        ? REDACTED
        : seeNumber(value)
    case 'string':
      return value.length <= maxStringLength ? { type: 'string', value: tools.scrubber.scrub(value) } : undefined
    default:
      return value === null ? NULL : undefined
  }
}

/**
 * One capture: breadth-first, so that a budget that runs out costs the depths and not the last variables, and
 * with a queue instead of recursion, so that no value is too deep for the stack. Hot: about 0.2 µs a value.
 * Calls no prototype method that the application may have replaced.
 */
export class Walk {
  readonly #tools: WalkTools
  readonly #limits: CaptureLimits
  readonly #pending: Pending[] = []
  readonly #seen = new Map<object, CapturedObject>()
  readonly #deadline: number
  /** Neighbours in a list are of one class and have the same keys: what was found out about theirs is at hand. */
  #lastClass = ''
  #lastShownClass = ''
  readonly #names: KnownName[] = []
  #lastId = 0
  #values = 0
  #bytes = 0
  /** Why the walk is over, once it is: everything not yet seen is omitted for this reason. */
  #over: Omission | undefined

  constructor(tools: WalkTools, limits: CaptureLimits) {
    this.#tools = tools
    this.#limits = limits
    this.#deadline = tools.nowMicros() + limits.maxMicros
  }

  /** The value is looked at only when its name allows. */
  seeNamed(name: string, value: unknown, depth: number): CapturedValue {
    return this.#tools.redactor.hides(name) ? REDACTED : this.see(value, depth)
  }

  see(value: unknown, depth: number): CapturedValue {
    if (this.#isOver()) return { type: 'omitted', reason: this.#over ?? 'items', of: typeof value }
    return this.#look(value, depth)
  }

  /** `see`, where there is room for it: the look at that is not for nothing. */
  #look(value: unknown, depth: number): CapturedValue {
    this.#values++
    this.#bytes += BYTES_PER_VALUE
    const seen = glance(value, this.#tools, this.#limits)
    if (seen !== undefined) {
      if (seen.type === 'string') this.#bytes += seen.value.length
      return seen
    }
    switch (typeof value) {
      case 'string':
        return this.#seeLongString(value)
      case 'bigint':
        return this.#seeBigint(value)
      case 'symbol':
        return { type: 'symbol', value: this.#nameOf(this.#tools.symbolText(value)) }
      default:
        return this.#seeObject(value as object, depth)
    }
  }

  /** Fills in the objects that were seen, the shallow ones first. */
  expandAll(): void {
    // The queue grows while it is worked on.
    for (let i = 0; i < this.#pending.length; i++) {
      const { object, kind, target, depth } = this.#pending[i] as Pending
      if (this.#isOver()) target.omitted = this.#over ?? 'items'
      else this.#expand(object, kind, target, depth)
    }
  }

  #isOver(): boolean {
    if (this.#over !== undefined) return true
    if (this.#values >= this.#limits.maxValues) this.#over = 'items'
    else if (this.#bytes >= this.#limits.maxBytes) this.#over = 'bytes'
    // Never at the first value: a process that was not scheduled for a moment still answers a small question.
    else if (this.#values % VALUES_PER_CLOCK_CHECK === VALUES_PER_CLOCK_CHECK - 1) this.#checkClock()
    return this.#over !== undefined
  }

  /** Out of turn after what may have taken long by itself. */
  #checkClock(): void {
    if (this.#tools.nowMicros() > this.#deadline) this.#over ??= 'time'
  }

  #seeBigint(value: bigint): CapturedValue {
    if (value >= MAX_BIGINT || value <= -MAX_BIGINT) return { type: 'bigint', value: '', omitted: 'length' }
    const text = `${value}`
    return isSecret(text, this.#tools) ? REDACTED : { type: 'bigint', value: text }
  }

  #seeLongString(value: string): CapturedValue {
    const { maxStringLength } = this.#limits
    this.#bytes += maxStringLength
    const start = this.#scrubAndClip(value, maxStringLength)
    // Cutting a piece off a string that was concatenated makes V8 write it out as a whole first.
    if (value.length > LONG_STRING) this.#checkClock()
    return { type: 'string', value: start, length: value.length, omitted: 'length' }
  }

  /** A secret that the cut would go through is still known as one. */
  #scrubAndClip(text: string, length: number): string {
    return this.#clip(this.#tools.scrubber.scrub(this.#clip(text, length + SCRUB_MARGIN)), length)
  }

  /** The first `length` units, not ending between the two halves of a character. */
  #clip(text: string, length: number): string {
    if (text.length <= length) return text
    const last = length > 0 ? this.#tools.charCodeAt(text, length - 1) : 0
    return this.#tools.slice(text, 0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
  }

  #nameOf(text: string): string {
    const name = this.#scrubAndClip(text, MAX_NAME_LENGTH)
    this.#bytes += name.length
    return name
  }

  #seeObject(object: object, depth: number): CapturedValue {
    if (object === GLOBAL) return GLOBAL_THIS
    const { mapGet, mapSet, mirror } = this.#tools
    const known = mapGet(this.#seen, object) as CapturedObject | undefined
    if (known !== undefined) {
      known.id ??= ++this.#lastId
      return { type: 'reference', id: known.id }
    }
    const identity = mirror.identify(object)
    const { kind } = identity
    if (kind === 'proxy') return PROXY
    const isLeaf = this.#isLeaf(kind)
    const className = this.#classOf(identity)
    if (!isLeaf && depth >= this.#limits.maxDepth) return { type: 'omitted', reason: 'depth', of: className }
    const target: CapturedObject = { type: 'object', class: className }
    mapSet(this.#seen, object, target)
    const text = this.#textOf(object, kind)
    if (text !== undefined) {
      target.text = this.#scrubAndClip(text, this.#limits.maxStringLength)
      this.#bytes += target.text.length
      if (text.length > this.#limits.maxStringLength) target.omitted = 'length'
    }
    if (kind === 'array') target.size = (object as unknown[]).length
    else if (kind !== 'object') {
      const size = mirror.size(object)
      if (size !== undefined) target.size = size
    }
    if (isLeaf) return target
    if (className !== 'Object' && className !== 'Array' && mirror.hasPrivate(object)) target.private = true
    this.#pending[this.#pending.length] = { object, kind, target, depth }
    return target
  }

  #classOf({ kind, className }: Identity): string {
    if (kind === 'generator') return 'Generator' // its prototypes name none
    const name = className === '' ? (BUILT_IN_NAMES[kind] ?? '') : className
    if (name !== this.#lastClass) {
      this.#lastClass = name
      this.#lastShownClass = this.#scrubAndClip(name, MAX_NAME_LENGTH)
    }
    this.#bytes += this.#lastShownClass.length
    return this.#lastShownClass
  }

  /** Complete without a look inside. Properties that someone hung on a function or a date are left out. */
  #isLeaf(kind: ObjectKind): boolean {
    switch (kind) {
      case 'object':
      case 'array':
      case 'map':
      case 'set':
      case 'error':
      case 'typed-array':
        return false
      default:
        return true
    }
  }

  #textOf(object: object, kind: ObjectKind): string | undefined {
    switch (kind) {
      case 'function':
        return this.#ownText(object, 'name')
      case 'class':
        return `class ${this.#ownText(object, 'name') ?? ''}`
      case 'error':
        return this.#ownText(object, 'message')
      case 'date':
      case 'regexp':
      case 'boxed':
        return this.#tools.mirror.text(object)
      default:
        return undefined
    }
  }

  #ownText(object: object, key: string): string | undefined {
    if (this.#tools.redactor.hides(key)) return undefined
    const view = this.#tools.mirror.own(object, key)
    return view.status === 'value' && typeof view.value === 'string' ? view.value : undefined
  }

  #expand(object: object, kind: ObjectKind, target: CapturedObject, depth: number): void {
    switch (kind) {
      case 'array':
      case 'typed-array':
        this.#expandElements(object, target, depth)
        if (kind === 'array' && (target.size ?? 0) <= MAX_LENGTH_WITH_NAMES) {
          this.#expandProperties(object, kind, target, depth)
        }
        return
      case 'set':
        this.#expandSet(object, target, depth)
        return
      case 'map':
        this.#expandMap(object, target, depth)
        return
      default:
        this.#expandProperties(object, kind, target, depth)
    }
  }

  #expandElements(object: object, target: CapturedObject, depth: number): void {
    const length = target.size ?? 0
    const items: CapturedValue[] = []
    target.items = items
    for (let i = 0; i < length; i++) {
      if (this.#isFull(i, target)) return
      items[i] = this.#seeView(this.#tools.mirror.element(object, i), depth, HOLE)
    }
  }

  #expandSet(object: object, target: CapturedObject, depth: number): void {
    const found = this.#tools.mirror.setItems(object, this.#limits.maxProperties).items
    const items: CapturedValue[] = []
    target.items = items
    for (let i = 0; i < found.length; i++) {
      if (this.#isFull(i, target)) return
      items[i] = this.#look(found[i], depth + 1)
    }
    if ((target.size ?? 0) > found.length) target.omitted = 'items'
  }

  #expandMap(object: object, target: CapturedObject, depth: number): void {
    const found = this.#tools.mirror.mapEntries(object, this.#limits.maxProperties).entries
    const entries: [CapturedValue, CapturedValue][] = []
    target.entries = entries
    for (let i = 0; i < found.length; i++) {
      if (this.#isFull(i, target)) return
      const entry = found[i] as readonly [unknown, unknown]
      const key = entry[0]
      const seenKey = this.see(key, depth + 1)
      const name = typeof key === 'symbol' ? this.#tools.symbolText(key) : key
      const value = typeof name === 'string' ? this.seeNamed(name, entry[1], depth + 1) : this.see(entry[1], depth + 1)
      entries[i] = [seenKey, value]
    }
    if ((target.size ?? 0) > found.length) target.omitted = 'items'
  }

  #expandProperties(object: object, kind: ObjectKind, target: CapturedObject, depth: number): void {
    const { mirror } = this.#tools
    const { maxProperties } = this.#limits
    const skipped = kind === 'array' ? (target.size ?? 0) + 1 : kind === 'error' ? 1 : 0
    const { keys, more } = mirror.ownKeys(object, maxProperties + skipped, kind)
    if (more) this.#checkClock() // all of the keys were enumerated
    const properties: [string, CapturedValue][] = []
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as PropertyKey
      if (kind === 'array' && (key === 'length' || isIndex(key))) continue
      if (kind === 'error' && key === 'message' && target.text !== undefined) continue
      if (this.#isFull(properties.length, target)) break
      const before = this.#names[i]
      const name = before !== undefined && before.key === key ? before : this.#learnName(i, key)
      const value = name.isHidden ? REDACTED : this.#seeView(mirror.ownOfOrdinary(object, key), depth, undefined)
      if (value === undefined) continue // deleted since the keys were remembered
      this.#bytes += name.shown.length
      properties[properties.length] = [name.shown, value]
    }
    if (more && target.omitted === undefined) target.omitted = 'items'
    if (properties.length > 0 || kind === 'object') target.properties = properties
  }

  /** Names are data: an object used as a dictionary may have any. */
  #learnName(index: number, key: PropertyKey): KnownName {
    const { redactor, symbolText } = this.#tools
    const name = typeof key === 'symbol' ? symbolText(key) : `${key}`
    const shown = this.#scrubAndClip(name, this.#limits.maxStringLength)
    const learnt = { key, shown, isHidden: redactor.hides(name) }
    // Only at its end a list grows by itself.
    if (index <= this.#names.length) this.#names[index] = learnt
    return learnt
  }

  #seeView<T>(view: PropertyView, depth: number, absent: T): CapturedValue | T {
    switch (view.status) {
      case 'value':
        return this.#look(view.value, depth + 1)
      case 'absent':
        return absent
      case 'unsafe':
        return view.of === 'proxy' ? PROXY : ACCESSOR
    }
  }

  /** Whether the object has what it may have, or the whole capture; says so on the object. */
  #isFull(count: number, target: CapturedObject): boolean {
    if (count >= this.#limits.maxProperties) target.omitted = 'items'
    else if (this.#isOver()) target.omitted = this.#over ?? 'items'
    else return false
    return true
  }
}

function seeNumber(value: number): CapturedValue {
  // biome-ignore lint/suspicious/noSelfCompare: the global Number.isNaN may have been replaced.
  if (value !== value) return { type: 'number', value: 'NaN' }
  if (value === 1 / 0) return { type: 'number', value: 'Infinity' }
  if (value === -1 / 0) return { type: 'number', value: '-Infinity' }
  if (value === 0 && 1 / value < 0) return { type: 'number', value: '-0' }
  return { type: 'number', value }
}

/** Own keys of an array that start with a digit are its indices, but for names that nobody gives. */
function isIndex(key: PropertyKey): boolean {
  if (typeof key !== 'string') return typeof key === 'number'
  const first = key[0]
  return first !== undefined && first >= '0' && first <= '9'
}
