import { failed, unsafe } from '../evaluate/evaluation.ts'
import type { BuiltInFunction } from './functions.ts'
import type { Iterating } from './iterate.ts'
import type { Objects } from './objects.ts'
import { isObject } from './operators.ts'
import type { World } from './world.ts'

/** `new Date(x)`, `new Map(entries)`, `new Set(items)`: values of our own, made without asking anything of the arguments. */
export function createConstructors(world: World, objects: Objects, iterating: Iterating) {
  const { mirror, intrinsics, meter } = world
  const types = {
    date: intrinsics.constructors.get('Date'),
    map: intrinsics.constructors.get('Map'),
    set: intrinsics.constructors.get('Set'),
  }
  const isNothing = (value: unknown) => value === undefined || value === null

  const chargeKey = (key: unknown) => {
    if (typeof key === 'string') meter.hash(key.length)
  }

  const constructors: Readonly<Record<string, BuiltInFunction>> = {
    Date: (args) => {
      const first = args[0]
      if (args.length === 1 && isObject(first)) {
        if (mirror.kind(first) !== 'date') throw unsafe('conversion of an object')
        return intrinsics.construct(types.date, [intrinsics.dateValue(first)])
      }
      if (args.length === 0) throw failed('new Date() tells the time, which is no data')
      for (let i = 0; i < args.length; i++) if (isObject(args[i])) throw unsafe('conversion of an object')
      if (typeof first === 'string') meter.read(first.length)
      return intrinsics.construct(types.date, args)
    },
    Map: (args) => {
      const map = intrinsics.construct(types.map, [])
      if (!isNothing(args[0]))
        objects.eachPair(args[0], (key, value) => {
          chargeKey(key)
          intrinsics.mapSet(map, key, value)
        })
      return map
    },
    Set: (args) => {
      const set = intrinsics.construct(types.set, [])
      if (isNothing(args[0])) return set
      const items = iterating.itemsOf(args[0])
      for (let i = 0; i < items.length; i++) {
        chargeKey(items[i])
        intrinsics.setAdd(set, items[i])
      }
      return set
    },
  }
  return (name: string): BuiltInFunction | undefined => constructors[name]
}
