import type { SurveyedSite } from '@lightrun/instrument'
import type { SiteHit } from '../cells.ts'
import { conditionFor } from './condition.ts'
import type { HitFunction } from './hit-function.ts'
import type { BreakLocation, ScriptDebugger } from './script-debugger.ts'

/** Breakpoints that never stop. V8 takes one for a location; several probes share it. */
export interface Breakpoints {
  /** Calls `hit` on every pass, until disposed. @throws LightrunError, or what V8 has against the location */
  arm(location: BreakLocation, site: SurveyedSite, hit: SiteHit): Disposable
  /** Locations with a breakpoint. */
  readonly armed: number
}

export interface BreakpointsOptions {
  scriptDebugger: Pick<ScriptDebugger, 'setBreakpoint'>
  hitFunction: HitFunction
}

export function createBreakpoints(options: BreakpointsOptions): Breakpoints {
  const breakpoints = new Map<string, Breakpoint>()
  return {
    arm(location, site, hit) {
      const key = `${location.scriptId}:${location.line}:${location.column}`
      const breakpoint = breakpoints.get(key) ?? new Breakpoint(location, options)
      breakpoint.add(site, hit)
      breakpoints.set(key, breakpoint)
      return {
        [Symbol.dispose]() {
          breakpoint.remove(site, hit)
          if (breakpoint.isEmpty) breakpoints.delete(key)
        },
      }
    },
    get armed() {
      return breakpoints.size
    },
  }
}

/** Sites at one location: `do` and the first statement of its body, say. They see different variables. */
class Breakpoint {
  readonly #location: BreakLocation
  readonly #options: BreakpointsOptions
  readonly #sites = new Map<number, ArmedSite>()
  #set: Disposable | undefined

  constructor(location: BreakLocation, options: BreakpointsOptions) {
    this.#location = location
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#sites.size === 0
  }

  add(site: SurveyedSite, hit: SiteHit): void {
    const known = this.#sites.get(site.index)
    if (known !== undefined) {
      known.hits = [...known.hits, hit]
      return
    }
    const added = new ArmedSite(site, hit, this.#options.hitFunction)
    this.#sites.set(site.index, added)
    try {
      this.#set?.[Symbol.dispose]()
      this.#set = this.#options.scriptDebugger.setBreakpoint(this.#location, this.#condition())
    } catch (error) {
      this.remove(site, hit)
      throw error
    }
  }

  /** Also called from inside the condition, where no breakpoint may be set: that of the sites that stay is left as it is. */
  remove(site: SurveyedSite, hit: SiteHit): void {
    const armed = this.#sites.get(site.index)
    if (armed === undefined) return
    armed.hits = armed.hits.filter((each) => each !== hit)
    if (armed.hits.length > 0) return
    this.#sites.delete(site.index)
    armed[Symbol.dispose]()
    if (!this.isEmpty) return
    this.#set?.[Symbol.dispose]()
    this.#set = undefined
  }

  #condition(): string {
    const { name } = this.#options.hitFunction
    return [...this.#sites.values()].map(({ number, site }) => conditionFor(name, number, site.variables)).join(',')
  }
}

class ArmedSite implements Disposable {
  readonly site: SurveyedSite
  hits: readonly SiteHit[]
  readonly #receiver: { number: number } & Disposable

  constructor(site: SurveyedSite, hit: SiteHit, hitFunction: HitFunction) {
    this.site = site
    this.hits = [hit]
    this.#receiver = hitFunction.add((args) => {
      for (const each of this.hits) each(args)
    })
  }

  get number(): number {
    return this.#receiver.number
  }

  [Symbol.dispose](): void {
    this.#receiver[Symbol.dispose]()
  }
}
