import type { Action } from '@lightrun/core'
import type { Place } from '../engine/engine.ts'
import type { CallRole, Point, Role } from '../probe/point.ts'
import type { FunctionPlaces, Resolution, Resolver } from '../resolve/resolution.ts'

/** Where an action happens. */
export interface Location extends Omit<Resolution, 'places'> {
  points: readonly Point[]
}

/** @throws LightrunError as `Resolver.resolve` does, for any of the action's positions. */
export async function locate({ position, task }: Action, resolver: Resolver): Promise<Location> {
  switch (task.type) {
    case 'tictoc': {
      const [tic, toc] = await Promise.all([resolver.resolve(position), resolver.resolve(task.toc)])
      const begin = toLocation(tic, 'tic')
      const end = toLocation(toc, 'toc')
      return { ...begin, points: [...begin.points, ...end.points], notes: [...begin.notes, ...end.notes] }
    }
    case 'duration': {
      const { functions, ...rest } = await resolver.resolveFunction(position)
      return { ...rest, points: functions.flatMap(callPoints) }
    }
    default:
      return toLocation(await resolver.resolve(position), 'line')
  }
}

function toLocation({ places, ...rest }: Resolution, role: Role): Location {
  return { ...rest, points: places.map((place) => ({ ...place, role })) }
}

function callPoints({ entry, returns, throws, leave, isAsync, isGenerator }: FunctionPlaces): Point[] {
  const of = { isAsync, isGenerator, hasLeave: leave !== undefined }
  const point = (role: CallRole) => (place: Place) => ({ ...place, role, of })
  return [
    point('entry')(entry),
    ...returns.map(point('return')),
    ...throws.map(point('throw')),
    ...(leave === undefined ? [] : [point('leave')(leave)]),
  ]
}
