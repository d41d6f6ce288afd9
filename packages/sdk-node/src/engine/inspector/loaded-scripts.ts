import type { ModuleFormat } from '@lightrun/instrument'
import type { ScriptDebugger } from './script-debugger.ts'

/** Everything that runs from a file in this thread, however it was loaded, as V8 knows it. */
export interface LoadedScripts {
  /**
   * Turns the debugger on, which stops the application: ask when all else failed. What was loaded before the agent does
   * not grow, so the answer is kept for `MAX_AGE_MS`. Rejects with LightrunError `inspector_unavailable`.
   */
  all(): Promise<readonly LoadedScript[]>
}

export interface LoadedScript {
  /** Absolute, no query. */
  path: string
  format: ModuleFormat
}

export interface LoadedScriptsOptions {
  scriptDebugger: Pick<ScriptDebugger, 'hold' | 'scripts'>
  nowMs: () => number
}

/** A name that is typed wrong again and again must not stop the application again and again. */
export const MAX_AGE_MS = 60_000

export function createLoadedScripts({ scriptDebugger, nowMs }: LoadedScriptsOptions): LoadedScripts {
  let known: { scripts: readonly LoadedScript[]; atMs: number } | undefined

  function ask(): readonly LoadedScript[] {
    const held = scriptDebugger.hold()
    try {
      const byPath = new Map<string, LoadedScript>()
      for (const { path, format, mainRealm } of scriptDebugger.scripts())
        if (mainRealm) byPath.set(path, { path, format })
      return [...byPath.values()]
    } finally {
      held[Symbol.dispose]()
    }
  }

  return {
    async all() {
      if (known === undefined || nowMs() - known.atMs > MAX_AGE_MS) known = { scripts: ask(), atMs: nowMs() }
      return known.scripts
    },
  }
}
