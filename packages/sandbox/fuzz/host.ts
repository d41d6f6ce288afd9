/** What an escape would most likely leave a trace on. */
const WATCHED: readonly object[] = [
  ...[
    globalThis,
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    BigInt,
    Symbol,
    Date,
    RegExp,
    Map,
    Set,
    Promise,
    Error,
  ],
  ...[Math, JSON, Reflect, Object.prototype, Function.prototype, Array.prototype, String.prototype, Number.prototype],
  ...[
    BigInt.prototype,
    Symbol.prototype,
    Date.prototype,
    RegExp.prototype,
    Map.prototype,
    Set.prototype,
    Error.prototype,
  ],
  ...[Promise.prototype, Object.getPrototypeOf(Uint8Array.prototype), process, process.env, console],
] as object[]

/** Remembers the world around the sandbox. The function says what has changed since, if anything. */
export function watchHost(): () => string | undefined {
  // Whoever looks at it first makes Node load its fetch, which leaves symbols on the global: a test runner may, meanwhile.
  void globalThis.FormData
  const before = WATCHED.map(propertiesOf)
  return () => {
    for (let i = 0; i < WATCHED.length; i++) {
      const now = propertiesOf(WATCHED[i] as object)
      const then = before[i] as Properties
      if (now.size !== then.size) return `keys of ${nameOf(i)}: ${differences(then, now)}`
      for (const [key, value] of now) {
        if (!then.has(key) || !Object.is(then.get(key), value)) return `${String(key)} of ${nameOf(i)}`
      }
    }
    return undefined
  }
}

const differences = (then: Properties, now: Properties) => [
  ...[...now.keys()].filter((key) => !then.has(key)).map((key) => `new ${String(key)}`),
  ...[...then.keys()].filter((key) => !now.has(key)).map((key) => `no ${String(key)}`),
]

type Properties = ReadonlyMap<PropertyKey, unknown>

/** Data by value, accessors by getter: nothing is run. */
function propertiesOf(object: object): Properties {
  const found = new Map<PropertyKey, unknown>()
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key)
    found.set(key, descriptor?.get ?? descriptor?.value)
  }
  return found
}

const nameOf = (index: number) => {
  const object = WATCHED[index] as { constructor?: { name: string }; name?: string }
  return object === globalThis ? 'globalThis' : (object.name ?? `${object.constructor?.name} (${index})`)
}
