// Intrinsics as they are at load: the program under test may replace them, and must not see them used.
const { getOwnPropertyDescriptor, ownKeys } = Reflect
const { isArray } = Array
const { min } = Math
const { stringify } = JSON
const { String: toText } = globalThis
const keyName = Function.prototype.call.bind(Symbol.prototype.toString) as (key: symbol) => string

export interface DescribeOptions {
  /** Levels of objects. */
  depth: number
  /** Own properties of each object. */
  items: number
  /** `util.types.isProxy`. */
  isProxy: (value: unknown) => boolean
}

/**
 * Describes a value by looking at everything in it, within limits, and running nothing of the program: no getter, no
 * proxy trap, no `toString`. What it says of two values that a program cannot tell apart is the same.
 */
export function describe(value: unknown, options: DescribeOptions): string {
  return new Description(options).of(value, options.depth)
}

class Description {
  readonly #options: DescribeOptions
  readonly #seen = new WeakSet<object>()

  constructor(options: DescribeOptions) {
    this.#options = options
  }

  of(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return stringify(value)
      case 'bigint':
        return `${toText(value)}n`
      case 'symbol':
        return keyName(value)
      case 'object':
        return value === null ? 'null' : this.#object(value, isArray(value) ? 'array' : 'object', depth)
      case 'function':
        return this.#object(value, 'function', depth)
      default:
        return Object.is(value, -0) ? '-0' : toText(value)
    }
  }

  #object(value: object, kind: string, depth: number): string {
    if (this.#options.isProxy(value)) return 'proxy'
    if (this.#seen.has(value)) return `${kind} again`
    if (depth === 0 || ArrayBuffer.isView(value)) return kind
    this.#seen.add(value)
    const keys = ownKeys(value)
    const count = min(keys.length, this.#options.items)
    let text = `${kind} {`
    for (let i = 0; i < count; i++) text += ` ${this.#property(value, keys[i]!, depth)}`
    return `${text}${count < keys.length ? ` and ${keys.length - count} more` : ''} }`
  }

  #property(object: object, key: string | symbol, depth: number): string {
    const name = typeof key === 'symbol' ? keyName(key) : key
    try {
      const property = getOwnPropertyDescriptor(object, key)
      if (property === undefined) return `${name}: gone`
      const marks = `${property.enumerable ? '' : '!'}${property.configurable ? '' : '#'}`
      if (property.get !== undefined || property.set !== undefined) return `${marks}${name}: accessor`
      return `${marks}${name}: ${this.of(property.value, depth - 1)}`
    } catch {
      // An export in its temporal dead zone.
      return `${name}: uninitialised`
    }
  }
}
