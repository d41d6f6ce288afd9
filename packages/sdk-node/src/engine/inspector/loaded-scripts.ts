import type { DebuggerScript, ScriptDebugger } from './script-debugger.ts'

/** Everything that runs from a file in this thread, however it was loaded, as V8 knows it. */
export interface LoadedScripts {
  /**
   * Turns the debugger on, which stops the application: ask when all else failed. What was loaded before the agent does
   * not grow, so the answer is kept for `MAX_AGE_MS`. Rejects with LightrunError `inspector_unavailable`.
   */
  all(): Promise<readonly LoadedScript[]>
  /** What V8 compiled, which need not be what the file says; `undefined` when it is gone. @throws LightrunError `inspector_unavailable` */
  textOf(script: LoadedScript): string | undefined
}

export type LoadedScript = DebuggerScript

export interface LoadedScriptsOptions {
  scriptDebugger: Pick<ScriptDebugger, 'hold' | 'scripts' | 'textOf'>
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
      for (const script of scriptDebugger.scripts()) {
        // The latest; but one that can be asked before one that cannot.
        if (script.mainRealm || byPath.get(script.path)?.mainRealm !== true) byPath.set(script.path, script)
      }
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
    textOf(script) {
      const held = scriptDebugger.hold()
      try {
        return scriptDebugger.textOf(script)
      } finally {
        held[Symbol.dispose]()
      }
    },
  }
}
