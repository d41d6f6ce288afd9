import type { ModuleFormat, UntouchedReason } from '@lightrun/instrument'

/** A module that the application has loaded. Nothing per site is kept: weaving its text again finds the sites. */
export type Script = WovenScript | UnwovenScript

export interface WovenScript {
  status: 'woven'
  path: string
  format: ModuleFormat
  /** The first cell's name: stands for path and content, so that a file that changed on disk is noticed. */
  fingerprint: string
}

export interface UnwovenScript {
  status: 'unwoven'
  path: string
  reason: UntouchedReason
  message: string
}

/** What is loaded, by path. */
export interface Scripts {
  add(script: Script): void
  get(path: string): Script | undefined
  all(): Iterable<Script>
  readonly size: number
  /** Called after a script was added, while the application still waits for the module. One listener. */
  onAdd: (() => void) | undefined
}

export function createScripts(): Scripts {
  const byPath = new Map<string, Script>()
  const scripts: Scripts = {
    onAdd: undefined,
    add(script) {
      byPath.set(script.path, script)
      scripts.onAdd?.()
    },
    get: (path) => byPath.get(path),
    all: () => byPath.values(),
    get size() {
      return byPath.size
    },
  }
  return scripts
}
