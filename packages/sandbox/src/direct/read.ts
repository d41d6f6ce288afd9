import { failed, redacted, unsafe } from '../evaluate/evaluation.ts'
import type { World } from './world.ts'

/**
 * Hot: runs for each member of an expression. Budget: 45 ns for an own data property.
 *
 * `stack` is kept off the short way: V8 may compute it with application code while its descriptor is made.
 */
export function createReader({ mirror, intrinsics, redactor, meter }: World) {
  const { isProxy, isArray, getOwnPropertyDescriptor } = intrinsics

  /** `object[key]`, for a key that is known not to be redacted. */
  function readMember(object: unknown, key: PropertyKey, of: string): unknown {
    if (typeof object === 'object') {
      if (object === null) throw failed(cannotRead(key, 'null', of))
      if (!isProxy(object)) {
        if (key === 'length' && isArray(object)) return object.length
        if (key !== 'stack') {
          const descriptor = getOwnPropertyDescriptor(object, key)
          // One of data; with a `get` that the application put on `Object.prototype` none seems to be.
          if (descriptor !== undefined && !('get' in descriptor)) return descriptor.value
        }
      }
    } else if (typeof object === 'string') {
      if (key === 'length') return object.length
    } else if (object === undefined) {
      throw failed(cannotRead(key, 'undefined', of))
    }
    const view = mirror.get(object, key)
    if (view.status === 'value') return view.value
    if (view.status === 'absent') return undefined
    throw unsafe(view.of)
  }

  /** `object[key]` for a key that was computed. */
  function readComputed(object: unknown, key: unknown, of: string): unknown {
    // As in JavaScript, nothing is read of nothing before the key is converted.
    if (object === undefined || object === null) throw failed(cannotRead(toKey(key), `${object}`, of))
    const name = toKey(key)
    if (typeof name === 'string' && redactor.hides(name)) throw redacted()
    return readMember(object, name, of)
  }

  /** A primitive as a property key. An object would be asked for its text. */
  function toKey(key: unknown): string | symbol {
    switch (typeof key) {
      case 'string':
        meter.read(key.length) // it is hashed, once
        meter.hash(key.length)
        return key
      case 'symbol':
        return key
      case 'object':
        if (key !== null) throw unsafe('object as a property key')
        return 'null'
      case 'function':
        throw unsafe('function as a property key')
      default:
        return intrinsics.toText(key)
    }
  }

  return { readMember, readComputed, toKey }
}

export type Reader = ReturnType<typeof createReader>

const cannotRead = (key: PropertyKey, nothing: string, of: string) =>
  `Cannot read '${typeof key === 'symbol' ? 'a symbol' : key}' of ${nothing} (${of})`
