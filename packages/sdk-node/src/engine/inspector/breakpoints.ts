import { LightrunError } from '@lightrun/core'
import type { SurveyedSite } from '@lightrun/instrument'
import type { SiteHit } from '../cells.ts'
import { conditionFor } from './condition.ts'
import type { HitFunction } from './hit-function.ts'
import type { DebuggerScript, ScriptDebugger } from './script-debugger.ts'

/** Breakpoints that never stop. V8 takes one for a statement; several probes share it. */
export interface Breakpoints {
  /** Calls `hit` on every pass, until disposed. @throws LightrunError `no_code_at_line`, `cell_unavailable` */
  arm(script: DebuggerScript, site: SurveyedSite, hit: SiteHit): Disposable
  /** Statements with a breakpoint. */
  readonly armed: number
}

export interface BreakpointsOptions {
  scriptDebugger: Pick<ScriptDebugger, 'setBreakpoint'>
  hitFunction: HitFunction
}

interface Armed {
  hits: readonly SiteHit[]
  remove(): void
}

export function createBreakpoints({ scriptDebugger, hitFunction }: BreakpointsOptions): Breakpoints {
  const all = new Map<string, Armed>()

  function set(script: DebuggerScript, site: SurveyedSite): Armed {
    const armed: Armed = { hits: [], remove() {} }
    const receiver = hitFunction.add((args) => {
      for (const hit of armed.hits) hit(args)
    })
    try {
      const condition = conditionFor(hitFunction.name, receiver.number, site.variables)
      const breakpoint = scriptDebugger.setBreakpoint(script, site.position, site.end, condition)
      if (breakpoint === undefined) throw noCode(script, site)
      armed.remove = () => {
        receiver[Symbol.dispose]()
        breakpoint[Symbol.dispose]()
      }
      return armed
    } catch (error) {
      receiver[Symbol.dispose]()
      throw error
    }
  }

  return {
    arm(script, site, hit) {
      const key = `${script.id}:${site.index}`
      const armed = all.get(key) ?? set(script, site)
      armed.hits = [...armed.hits, hit]
      all.set(key, armed)
      return {
        [Symbol.dispose]() {
          if (!armed.hits.includes(hit)) return
          armed.hits = armed.hits.filter((each) => each !== hit)
          if (armed.hits.length > 0) return
          all.delete(key)
          armed.remove()
        },
      }
    },
    get armed() {
      return all.size
    },
  }
}

function noCode({ path }: DebuggerScript, { position }: SurveyedSite): LightrunError {
  return new LightrunError(
    'no_code_at_line',
    `V8 cannot stop at the statement in ${path}:${position.line + 1}: it does nothing, or has run for the last time; take a line inside it or below`,
  )
}
