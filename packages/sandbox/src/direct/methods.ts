import { failed, redacted, unsafe } from '../evaluate/evaluation.ts'
import { METHODS } from '../language/built-ins.ts'
import type { Callbacks } from './callback.ts'
import type { Iterating } from './iterate.ts'
import { createListMethods } from './list-methods.ts'
import { append } from './lists.ts'
import type { Objects } from './objects.ts'
import { isObject, type Operators } from './operators.ts'
import type { Reader } from './read.ts'
import type { PatternMethods } from './regexp/methods.ts'
import { createTextMethods } from './text.ts'
import type { World } from './world.ts'

export type Method = (self: unknown, args: readonly unknown[]) => unknown

/**
 * Nothing here goes through an iterator (array destructuring, spread, for…of): its `next` may be the application's.
 *
 * Methods by identity: what the receiver offers under the name must be the built-in that we know, so that a method
 * of the application under the same name is never mistaken for it, and never called. Each checks its receiver.
 */
export function createMethods(
  world: World,
  reader: Reader,
  operators: Operators,
  objects: Objects,
  iterating: Iterating,
  callbackOf: Callbacks,
  patterns: PatternMethods,
) {
  const { mirror, intrinsics, redactor, meter } = world
  const { apply } = intrinsics
  const known = new Map<unknown, Method>()
  const learn = (prototype: object, name: string, method: Method) => {
    const target = methodOf(prototype, name)
    if (typeof target === 'function') known.set(target, method)
  }

  for (const [name, method] of createTextMethods(world, operators, callbackOf, patterns)()) {
    learn(String.prototype, name, method)
  }
  for (const [type, prototype, converting] of PRIMITIVE_METHODS) {
    for (const [name, converted] of Object.entries(converting)) {
      const method = methodOf(prototype, name)
      learn(prototype, name, (self, args) => {
        if (typeof self !== type) throw unsafe(`receiver of a ${type} method`)
        if (typeof self === 'bigint') operators.mustBeSmall(self)
        for (let i = 0; i < args.length && i < converted; i++) {
          if (isObject(args[i])) throw unsafe('conversion of an object')
        }
        return apply(method, self, args)
      })
    }
  }
  for (const { of, name } of METHODS) {
    if (of !== 'date') continue
    const method = methodOf(Date.prototype, name)
    learn(Date.prototype, name, (self) => apply(method, self, NOTHING))
  }
  learn(Date.prototype, 'toJSON', (self) => {
    if (!isObject(self) || mirror.kind(self) !== 'date') throw unsafe('receiver of a method of dates')
    const time = intrinsics.dateValue(self)
    return time - time === 0 ? intrinsics.toISOString(self) : null
  })
  const chargeKey = (self: unknown, key: unknown) => {
    if (typeof key === 'string' && isObject(self)) meter.hash(key.length, mirror.size(self) ?? 0)
  }
  learn(Map.prototype, 'get', (self, args) => {
    chargeKey(self, args[0])
    // A map is a record by another means: a hidden name hides its entry.
    if (typeof args[0] === 'string' && redactor.hides(args[0])) throw redacted()
    return intrinsics.mapGet(self, args[0])
  })
  learn(WeakMap.prototype, 'get', (self, args) => intrinsics.weakGet(self, args[0]))
  for (const prototype of [Map.prototype, Set.prototype, WeakMap.prototype, WeakSet.prototype]) {
    const method = methodOf(prototype, 'has')
    learn(prototype, 'has', (self, args) => {
      chargeKey(self, args[0])
      return apply(method, self, args)
    })
  }
  for (const [name, pick] of Object.entries(ENTRY_PARTS)) {
    learn(Map.prototype, name, (self) => {
      mustBe('map', self)
      return iterating.iteratorOver(picked(iterating.mapEntries(self), pick))
    })
    learn(Set.prototype, name, (self) => {
      mustBe('set', self)
      const items = iterating.setItems(self)
      return iterating.iteratorOver(name === 'entries' ? doubled(items) : items)
    })
  }
  learn(Object.prototype, 'hasOwnProperty', (self, args) => objects.hasOwn(self, args[0]))
  for (const [name, method] of Object.entries(createListMethods(world, operators, iterating, callbackOf))) {
    for (const [prototype, kind] of LISTS) {
      learn(prototype, name, (self, args) => {
        // One function is `toString` of both.
        if (name !== 'toString' || !isObject(self) || mirror.kind(self) !== 'array') mustBe(kind, self)
        return method(self, args)
      })
    }
  }

  function mustBe(kind: string, self: unknown): asserts self is object {
    if (!isObject(self) || mirror.kind(self) !== kind) throw unsafe(`receiver of a method of ${kind}`)
  }

  /** Calls `receiver[name](…args)`, where the receiver is neither null nor undefined. */
  return function callMethod(receiver: unknown, name: string, args: readonly unknown[], of: string): unknown {
    const target = reader.readMember(receiver, name, of)
    const method = intrinsics.mapGet(known, target) as Method | undefined
    if (method !== undefined) return method(receiver, args)
    if (typeof target !== 'function') throw failed(`${of}.${name} is not a function`)
    throw intrinsics.setHas(intrinsics.builtInMethods, target)
      ? unsafe(
          `built-in ${name} of ${typeof receiver === 'object' ? mirror.kind(receiver as object) : typeof receiver}`,
        )
      : unsafe(`function ${name} of the application`)
  }
}

const PRIMITIVE_METHODS: readonly [type: string, prototype: object, converting: Readonly<Record<string, number>>][] = [
  ['number', Number.prototype, { toFixed: 1, toPrecision: 1, toExponential: 1, toString: 1, valueOf: 0 }],
  ['bigint', BigInt.prototype, { toString: 1, valueOf: 0 }],
  ['boolean', Boolean.prototype, { toString: 0, valueOf: 0 }],
  ['symbol', Symbol.prototype, { toString: 0, valueOf: 0 }],
]
const LISTS: readonly [prototype: object, kind: string][] = [
  [Array.prototype, 'array'],
  [Object.getPrototypeOf(Uint8Array.prototype) as object, 'typed-array'],
]
type Entry = readonly [key: unknown, value: unknown]
const ENTRY_PARTS: Readonly<Record<string, (entry: Entry) => unknown>> = {
  keys: (entry) => entry[0],
  values: (entry) => entry[1],
  entries: (entry) => entry,
}
const NOTHING: readonly unknown[] = []

function picked(entries: readonly Entry[], pick: (entry: Entry) => unknown): unknown[] {
  const result: unknown[] = []
  for (let i = 0; i < entries.length; i++) append(result, pick(entries[i] as Entry))
  return result
}

function doubled(items: readonly unknown[]): unknown[] {
  const result: unknown[] = []
  for (let i = 0; i < items.length; i++) append(result, [items[i], items[i]])
  return result
}

function methodOf(prototype: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.value
}
