import type { Omission } from '@lightrun/core'
import { append, appendHole } from '../direct/lists.ts'
import type { World } from '../direct/world.ts'
import { type Budget, exceeded, failed, Stop, unsafe } from '../evaluate/evaluation.ts'

/**
 * The guest's answer: one letter and content. `t`, `f`, `u`, `0`: true, false, undefined, null; `n` number, `s` JSON text (which escapes lone surrogates), `b`
 * BigInt, `j` JSON with specials as in encode.ts, where `r` is an object of the message: the application's own, and `i` one that the
 * answer had before, in the order of its text; `o` omission, `x` exceeded budget, `e` error, `S` the number of the missing input that was
 * reached.
 */
export function createDecoder({ intrinsics }: World) {
  const { parse, isArray, hasOwn, toNumber, toBigInt, defineData, create } = intrinsics
  const typedArrays = new Map([...intrinsics.typedArrays.values()].map((name) => [name, intrinsics.values.get(name)]))
  const dateType = intrinsics.constructors.get('Date')
  const mapType = intrinsics.constructors.get('Map')
  const setType = intrinsics.constructors.get('Set')
  const substring = intrinsics.uncurryThis(String.prototype.slice) as (text: string, from: number) => string

  return function decode(answer: string, objects: readonly object[], failures: readonly (Stop | undefined)[]): unknown {
    const content = substring(answer, 1)
    switch (answer[0]) {
      case 't':
        return true
      case 'f':
        return false
      case 'u':
        return undefined
      case '0':
        return null
      case 'n':
        return content === '-0' ? -0 : toNumber(content)
      case 's':
        return parse(content)
      case 'b':
        return toBigInt(content)
      case 'j':
        return reviver(objects)(parse(content))
      case 'o': {
        const raw = parse(content) as [reason: Omission, of: string]
        throw new Stop({ status: 'omitted', reason: raw[0], ...(raw[1] !== '' && { of: raw[1] }) })
      }
      case 'x':
        throw exceeded(content as Budget)
      case 'S':
        throw failures[toNumber(content)] ?? unsafe('missing input')
      default:
        throw failed(content)
    }
  }

  function reviver(objects: readonly object[]): (raw: unknown) => unknown {
    const made: object[] = []
    return revive

    function revive(raw: unknown): unknown {
      if (typeof raw !== 'object' || raw === null) return raw
      if (isArray(raw)) {
        const items: unknown[] = keep([])
        for (let i = 0; i < raw.length; i++) {
          if (tagOf(raw[i]) === 'h') appendHole(items)
          else append(items, revive(raw[i]))
        }
        return items
      }
      const special = (raw as { '\0': [tag: string, content: unknown, named: unknown] })['\0']
      const content = special[1]
      switch (special[0]) {
        case 'u':
          return undefined
        case 'n':
          return content === '-0' ? -0 : toNumber(content)
        case 'b':
          return toBigInt(content as string)
        case 'r':
          return objects[content as number]
        case 'i':
          return made[content as number]
        case 'd':
          return keep(intrinsics.construct(dateType, [content === null ? NOT_A_NUMBER : content]))
        case 'm': {
          const map = keep(intrinsics.construct(mapType, []))
          const entries = content as [unknown, unknown][]
          for (let i = 0; i < entries.length; i++) {
            const entry = entries[i] as [unknown, unknown]
            intrinsics.mapSet(map, revive(entry[0]), revive(entry[1]))
          }
          return map
        }
        case 's': {
          const set = keep(intrinsics.construct(setType, []))
          const items = content as unknown[]
          for (let i = 0; i < items.length; i++) intrinsics.setAdd(set, revive(items[i]))
          return set
        }
        case 't': {
          const items = special[2] as unknown[]
          const list = keep(intrinsics.construct(intrinsics.mapGet(typedArrays, content), [items.length])) as unknown[]
          for (let i = 0; i < items.length; i++) list[i] = revive(items[i])
          return list
        }
        case 'a':
          return define(revive(content) as object, special[2] as [string, unknown][])
        case 'N':
          return define(keep(create(null)), content as [string, unknown][])
        default:
          return define(keep({}), content as [string, unknown][])
      }
    }

    function keep<T extends object>(object: T): T {
      append(made, object)
      return object
    }

    function define(object: object, entries: readonly (readonly [string, unknown])[]): object {
      for (let i = 0; i < entries.length; i++) {
        const entry = entries[i] as readonly [string, unknown]
        defineData(object, entry[0], revive(entry[1]))
      }
      return object
    }
  }

  function tagOf(raw: unknown): unknown {
    return typeof raw === 'object' && raw !== null && hasOwn(raw, '\0')
      ? (raw as { '\0': unknown[] })['\0'][0]
      : undefined
  }
}

const NOT_A_NUMBER = Number.NaN
