import { type Action, LightrunError, type Moment } from '@lightrun/core'
import type { Place } from '../engine/engine.ts'
import type { CallRole, Exit, Point, Role } from '../probe/point.ts'
import type { ExitPlace, FunctionPlaces, Resolution, Resolver } from '../resolve/resolution.ts'
import { ASK_FOR_ERROR } from '../resolve/unseen-error.ts'

/** Where an action happens. */
export interface Location extends Omit<Resolution, 'places'> {
  points: readonly Point[]
}

/** @throws LightrunError as `Resolver.resolve` does, for any of the action's positions. */
export async function locate(action: Action, resolver: Resolver): Promise<Location> {
  const { position, at, task } = action
  if (at !== undefined) return locateExits(position, at, resolver)
  switch (task.type) {
    case 'tictoc': {
      const [tic, toc] = await Promise.all([resolver.resolve(position), resolver.resolve(task.toc)])
      const begin = toLocation(tic, 'tic')
      const end = toLocation(toc, 'toc')
      return { ...begin, points: [...begin.points, ...end.points], notes: [...begin.notes, ...end.notes] }
    }
    case 'duration': {
      const { functions, ...rest } = await resolver.resolveFunction(position, 'duration')
      return { ...rest, points: functions.flatMap(callPoints) }
    }
    default:
      return toLocation(await resolver.resolve(position), 'line')
  }
}

function toLocation({ places, ...rest }: Resolution, role: Role): Location {
  return { ...rest, points: places.map((place) => ({ ...place, role })) }
}

async function locateExits(position: Action['position'], at: Moment, resolver: Resolver): Promise<Location> {
  const { functions, ...rest } = await resolver.resolveFunction(position, at)
  const points = functions.flatMap((each) => exitPoints(each, at))
  if (points.length > 0) return { ...rest, points }
  const { file, line } = rest.position
  throw new LightrunError('no_code_at_line', `the function at ${file}:${line} ${whyNone(functions, at)}`)
}

function whyNone(functions: readonly FunctionPlaces[], at: Moment): string {
  if (at === 'throw') {
    return `throws nothing itself, and is too small for a probe where errors from elsewhere leave it; ${ASK_FOR_ERROR}`
  }
  return functions.some(({ hasUnseenReturns }) => hasUnseenReturns)
    ? 'is too small for a probe where it returns; ask at its line'
    : 'never returns; ask at its line, or for what it throws'
}

/** Each exit, after the statement that knows its variables. */
function exitPoints(fn: FunctionPlaces, at: Moment): Point[] {
  const { isAsync, isGenerator, hasUnseenReturns, entry, returns, throws, leave } = fn
  // A generator that is left without a word was closed, most likely; where some returns are not seen, nobody knows.
  const seesErrors = at === 'throw' && leave !== undefined && !isGenerator && !hasUnseenReturns
  const of = { isAsync, isGenerator, hasLeave: seesErrors }
  const exits = (places: readonly ExitPlace[]) =>
    places.flatMap(({ outcome, before, ...place }): Point[] => {
      const exit = { outcome, before }
      const isSame = before?.site.index === place.site.index
      const first: Point[] = before === undefined || isSame ? [] : [{ ...before, role: 'before', of, exit }]
      return [...first, { ...place, role: at, of, exit }]
    })
  if (at === 'return') return exits(returns)
  if (!seesErrors) return exits(throws)
  const elsewhere: Exit = { outcome: { from: 'unknown' }, before: entry }
  return [
    { ...entry, role: 'entry', of, exit: elsewhere },
    ...returns.map(
      ({ outcome: _, before: __, ...place }): Point => ({ ...place, role: 'return', of, exit: elsewhere }),
    ),
    ...exits(throws),
    { ...leave, role: 'leave', of, exit: elsewhere },
  ]
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
