/**
 * What was seen of one application value. A tree; a value that occurs twice, or contains itself, is
 * captured once with an `id`, at its shallowest place, and referred to from the others: in the same tree or, in
 * a snapshot, from another variable.
 */
export type CapturedValue =
  | { type: 'undefined' }
  | { type: 'null' }
  | { type: 'boolean'; value: boolean }
  | { type: 'number'; value: number | 'NaN' | 'Infinity' | '-Infinity' | '-0' }
  | { type: 'bigint'; value: string; omitted?: 'length' }
  /** `length`: UTF-16 units of the original, present when `omitted`. */
  | { type: 'string'; value: string; length?: number; omitted?: 'length' }
  /** `value`: the description. */
  | { type: 'symbol'; value: string }
  | CapturedObject
  /** The object that carries this `id`, before or after in the same capture. */
  | { type: 'reference'; id: number }
  /** Nothing was captured; `of` says what stands there ('accessor', 'proxy', 'Object', 'string', …). */
  | { type: 'omitted'; reason: Omission; of?: string }

export interface CapturedObject {
  type: 'object'
  /** Constructor name as found without running code: 'Object', 'Array', 'Map', 'Cart', '' for a null prototype. */
  class: string
  /** Present when the value is referred to by a `reference`. */
  id?: number
  /** One line for values that are more than their properties: ISO date, regular expression, error message, function name. */
  text?: string
  /** Array length, Map and Set size, byte length: the true number, whatever was captured. */
  size?: number
  /** Own properties in order; symbol keys as `Symbol(description)`. */
  properties?: [name: string, value: CapturedValue][]
  /** Elements of arrays, typed arrays and sets. A hole is `{ type: 'omitted', reason: 'items', of: 'hole' }`. */
  items?: CapturedValue[]
  /** Entries of maps. */
  entries?: [key: CapturedValue, value: CapturedValue][]
  /** Its class has private fields or methods: state that nobody outside of it can read. */
  private?: true
  /** Why something inside is missing. */
  omitted?: Omission
}

/** Why a value, or a part of it, is not there. Partial data says so in band. */
export const OMISSIONS = ['depth', 'items', 'length', 'time', 'bytes', 'redacted', 'unsafe'] as const
export type Omission = (typeof OMISSIONS)[number]
