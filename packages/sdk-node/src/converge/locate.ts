import type { Action } from '@lightrun/core'
import type { Point, Role } from '../probe/point.ts'
import type { Resolution, Resolver } from '../resolve/resolution.ts'

/** Where an action happens. */
export interface Location extends Omit<Resolution, 'places'> {
  points: readonly Point[]
}

/** @throws LightrunError as `Resolver.resolve` does, for any of the action's positions. */
export async function locate({ position, task }: Action, resolver: Resolver): Promise<Location> {
  if (task.type !== 'tictoc') return toLocation(await resolver.resolve(position), 'line')
  const [tic, toc] = await Promise.all([resolver.resolve(position), resolver.resolve(task.toc)])
  const begin = toLocation(tic, 'tic')
  const end = toLocation(toc, 'toc')
  return { ...begin, points: [...begin.points, ...end.points], notes: [...begin.notes, ...end.notes] }
}

function toLocation({ places, ...rest }: Resolution, role: Role): Location {
  return { ...rest, points: places.map((place) => ({ ...place, role })) }
}
