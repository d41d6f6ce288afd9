import { type Moment, OUTCOME_NAMES } from '@lightrun/core'
import { ownArguments, readOutcome, type Site, type SiteVariable, UNAVAILABLE } from '@lightrun/instrument'
import type { SiteHit } from '../engine/cells.ts'
import { contextFor } from './context-cell.ts'
import type { Own } from './expressions.ts'
import { createOpenCalls, type OpenCall, type OpenCalls } from './open-calls.ts'
import type { CalledFunction, Exit, Point } from './point.ts'
import { createRecollection, type Memory, type Recollection } from './recollection.ts'

/** What a point shows of a call that ends: the variables there, the outcome first. */
export interface MomentView {
  /** The point's site as expressions and snapshots know it. */
  named: Site
  /** The values of its variables, made of what the engine passes. `undefined`: nothing is to be done on this pass. */
  read(args: readonly unknown[]): readonly unknown[] | undefined
}

/**
 * The view at each point of an action about how calls end. Woven code passes an outcome without any variables, which the
 * statement before has passed already.
 */
export function createMomentViews(at: Moment, own: Own): (point: Point) => MomentView {
  const known = new Map<CalledFunction, Calls>()

  /** What is remembered of a function's calls, which its points share. */
  function callsOf(of: CalledFunction): Calls {
    const calls = known.get(of) ?? {
      ...createRecollection(contextFor<Memory>(of, own)),
      ...(of.hasLeave ? createOpenCalls(contextFor<OpenCall>(of, own)) : ALWAYS_EXIT),
    }
    known.set(of, calls)
    return calls
  }

  return (point) => {
    const { role, of, exit, site } = point
    if (of === undefined || exit === undefined) throw new TypeError('an outcome is seen at places of calls')
    const calls = callsOf(of)
    const named = withOutcome(point.named, exit, OUTCOME_NAMES[at])
    const unknown = inPlaceOf(named)
    const outcome = (args: readonly unknown[]) => readOutcome({ kind: at, site, outcome: exit.outcome }, args)
    const read = (): MomentView['read'] => {
      switch (role) {
        case 'entry':
          return (args) => void calls.begin(ownArguments(site, args))
        case 'before':
          return (args) => void calls.remember(exit, ownArguments(site, args))
        case 'leave':
          return (args) => {
            const given = calls.leave()
            return given && startingWith(outcome(args), given)
          }
        case at:
          return (args) => {
            calls.exit()
            return startingWith(
              outcome(args),
              (isSame(point, exit) ? ownArguments(site, args) : calls.recall(exit)) ?? unknown,
            )
          }
        default:
          return () => void calls.exit()
      }
    }
    return { named, read: read() }
  }
}

type Calls = Recollection & OpenCalls

/** Of functions that do not say when they leave, only the exits are seen. */
const ALWAYS_EXIT: OpenCalls = { begin() {}, exit() {}, leave: () => undefined }

/** A hit that is told what `read` makes of the pass. Never throws: at the end of the stack, nothing is seen. */
export function viewed(hit: SiteHit, read: MomentView['read']): SiteHit {
  return (args) => {
    let seen: readonly unknown[] | undefined
    try {
      seen = read(args)
    } catch {
      return
    }
    if (seen !== undefined) hit(seen)
  }
}

const isSame = ({ site }: Point, { before }: Exit) => before !== undefined && before.site.index === site.index

function withOutcome(site: Site, { before }: Exit, name: string): Site {
  const variables = (before?.named.variables ?? []).map(
    (each): SiteVariable => (each.access === 'list' ? { ...each, argument: each.argument + 1 } : each),
  )
  const { reads, ...own } = site
  return { ...own, variables: [{ name, scope: 'outcome', access: 'value' }, ...variables] }
}

/** In place of what a call passed before the probe was there. Longer than the list of arguments can be: a reader is last. */
function inPlaceOf({ variables }: Site): readonly unknown[] {
  return Array.from({ length: variables.length + 2 }, () => UNAVAILABLE)
}

/** By index: an iterator is a method, which the application may have replaced. */
function startingWith(first: unknown, rest: readonly unknown[]): readonly unknown[] {
  const all = [first]
  for (let index = 0; index < rest.length; index++) all[index + 1] = rest[index]
  return all
}
