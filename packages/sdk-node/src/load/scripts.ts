import type { ModuleFormat, UntouchedReason } from '@lightrun/instrument'
import { isDependency } from './eligible.ts'
import type { TextOrigin } from './script-text.ts'

/** One version of a module that the application has loaded. Nothing per site is kept: weaving its text again finds the sites. */
export type Script = WovenScript | UnwovenScript

interface LoadedScript {
  /** Absolute, no query. */
  path: string
  /** How the host compiles it. */
  format: ModuleFormat
  /** How the text is got again, see `readScriptText`. Absent: it is what the file says. */
  text?: TextOrigin
}

export interface WovenScript extends LoadedScript {
  status: 'woven'
  /** The first cell's name: stands for path and content, so that a file that changed on disk is noticed. */
  fingerprint: string
}

export interface UnwovenScript extends LoadedScript {
  status: 'unwoven'
  /** `excluded`: a dependency that `weave.nodeModules` does not name, or coverage is measured. `loaded_earlier`: before the hooks were there. `compiled_elsewhere`, `imported_unseen`: it passed no hook. */
  reason: UntouchedReason | 'excluded' | 'loaded_earlier' | 'compiled_elsewhere' | 'imported_unseen'
  message: string
}

/**
 * What is loaded. A path may have several live versions: a module that is required again after its file changed, or
 * imported under another query. The same text loaded twice is one script, because both instances share their cells.
 */
export interface Scripts {
  add(script: Script): void
  /** Notes a dependency that is not woven: its path alone, of which there are thousands. */
  exclude(path: string, format: ModuleFormat): void
  /** The latest version. */
  get(path: string): Script | undefined
  /** Every version, the latest last. */
  versions(path: string): readonly Script[]
  /** Every version of everything but what is excluded. */
  all(): Iterable<Script>
  excluded(): Iterable<UnwovenScript>
  /** Paths in `all()`. */
  readonly size: number
  /** Called after a script was added or excluded, while the application still waits for the module. One listener. */
  onAdd: (() => void) | undefined
}

/** Versions of one path that are kept: a development server may reload a module all day. The oldest is forgotten. */
export const MAX_VERSIONS = 8

export function createScripts(): Scripts {
  const byPath = new Map<string, readonly Script[]>()
  const excluded = new Map<string, ModuleFormat>()

  function versions(path: string): readonly Script[] {
    const known = byPath.get(path)
    if (known !== undefined) return known
    const format = excluded.get(path)
    return format === undefined ? [] : [excludedScript(path, format)]
  }

  const scripts: Scripts = {
    onAdd: undefined,
    add(script) {
      const others = (byPath.get(script.path) ?? []).filter((each) => mayLiveBeside(each, script))
      byPath.set(script.path, [...others, script].slice(-MAX_VERSIONS))
      scripts.onAdd?.()
    },
    exclude(path, format) {
      excluded.set(path, format)
      scripts.onAdd?.()
    },
    get: (path) => versions(path).at(-1),
    versions,
    *all() {
      for (const each of byPath.values()) yield* each
    },
    *excluded() {
      for (const [path, format] of excluded) yield excludedScript(path, format)
    },
    get size() {
      return byPath.size
    },
  }
  return scripts
}

/** What was not woven gives way: it hardly ran (a syntax error), or was seen before another tool made JavaScript of it. */
function mayLiveBeside(older: Script, newer: Script): boolean {
  return older.status === 'woven' && !(newer.status === 'woven' && older.fingerprint === newer.fingerprint)
}

function excludedScript(path: string, format: ModuleFormat): UnwovenScript {
  return {
    status: 'unwoven',
    path,
    format,
    reason: 'excluded',
    message: isDependency(path)
      ? 'it is a dependency that weave.nodeModules does not name'
      : 'coverage is measured, and probes would be counted',
  }
}
