/**
 * The one way we look at application values. Looking never runs application code: no accessor, no proxy trap,
 * no `toString`, `valueOf`, `Symbol.toStringTag`, `Symbol.hasInstance`, iterator or thenable. Intrinsics are
 * taken when the mirror is made, so that an application that patches them later does not run either.
 * No method throws, whatever the value.
 */
export interface Mirror {
  /** Before anything else is asked of an object that may be one. */
  isProxy(value: unknown): boolean
  /**
   * What an object is by its internal slots, not by what it claims. A proxy is a `proxy` and nothing else. Of what was
   * given `Object.prototype` itself for a prototype, only errors, boxed primitives and views of buffers are still told.
   */
  kind(object: object): ObjectKind
  /** `kind` and `className` at one look. */
  identify(object: object): Identity
  /** `constructor.name` of the nearest prototype where both are plain data; '' when that cannot be seen. */
  className(object: object): string
  /** Whether its class, or one that this extends, has private names, as far as the texts of the classes tell. */
  hasPrivate(object: object): boolean
  /**
   * Own string and symbol keys in order, at most `limit`; `more` when there are others. Empty for a proxy. Of an
   * object that has very many, those of an earlier look that are still there. `kind`: where it is known already.
   */
  ownKeys(object: object, limit: number, kind?: ObjectKind): { keys: readonly PropertyKey[]; more: boolean }
  /**
   * An own property. Never an inherited one. The `stack` of an error is an accessor in effect, whatever it looks
   * like: V8 formats it when its descriptor is asked for, with code of the application.
   */
  own(object: object, key: PropertyKey): PropertyView
  /** `own`, of an object that is known to be no proxy. */
  ownOfOrdinary(object: object, key: PropertyKey): PropertyView
  /** `ownOfOrdinary` of an array or a typed array, in half the time. */
  element(object: object, index: number): PropertyView
  /**
   * A property as `object[key]` would find it, along the prototype chain; a primitive's through its prototype.
   * Accessors of the language that read a slot (`map.size`, `buffer.length`, `regexp.source`) are answered from it.
   */
  get(value: unknown, key: PropertyKey): PropertyView
  /** Elements of a map, at most `limit`. Empty for anything else. */
  mapEntries(object: object, limit: number): { entries: readonly (readonly [unknown, unknown])[]; size: number }
  /** Elements of a set, at most `limit`. Empty for anything else. */
  setItems(object: object, limit: number): { items: readonly unknown[]; size: number }
  /** One line for dates (ISO, 'Invalid Date'), regular expressions, boxed primitives and symbols; undefined for the rest. */
  text(object: object): string | undefined
  /** Length of an array, typed array; byte length of a buffer; size of a map or set; undefined for the rest. */
  size(object: object): number | undefined
}

/** Of a proxy, no name. */
export interface Identity {
  readonly kind: ObjectKind
  readonly className: string
}

export type PropertyView =
  | { status: 'value'; value: unknown }
  | { status: 'absent' }
  /** Reading it would run code. */
  | { status: 'unsafe'; of: 'accessor' | 'proxy' }

export type ObjectKind =
  | 'object'
  | 'array'
  | 'function'
  | 'class'
  | 'map'
  | 'set'
  /** Also a weak reference and a finalization registry, which are told by their prototypes. */
  | 'weak'
  | 'date'
  | 'regexp'
  | 'error'
  | 'promise'
  | 'typed-array'
  | 'array-buffer'
  | 'data-view'
  | 'boxed'
  | 'generator'
  /** Of a list, a map, a set or a text, told by its prototype. */
  | 'iterator'
  | 'proxy'
