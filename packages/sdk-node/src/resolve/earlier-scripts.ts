import type { LoadedScripts } from '../engine/inspector/loaded-scripts.ts'
import type { Scripts, UnwovenScript } from '../load/scripts.ts'

/** Scripts that run though no load hook saw them, because they were loaded before the agent. */
export interface EarlierScripts {
  /** What `require` has loaded: Node tells that for nothing. */
  required(): readonly UnwovenScript[]
  /** ES modules too, which only V8 knows: stops the application for a moment. Empty where nothing can have been missed. */
  all(): Promise<readonly UnwovenScript[]>
}

export interface EarlierScriptsOptions {
  scripts: Scripts
  /** Paths in `require.cache`. */
  requireCache: () => readonly string[]
  /** `process.argv[1]`. */
  entry: string | undefined
  loaded: Pick<LoadedScripts, 'all'>
  isOurs: (file: string) => boolean
}

const JAVASCRIPT = /\.[cm]?[jt]s$/
/** How Node completes the path of an entry file. */
const COMPLETIONS = ['', '.js', '.cjs', '.mjs', '/index.js']

export function createEarlierScripts(options: EarlierScriptsOptions): EarlierScripts {
  const { scripts, requireCache, entry, loaded, isOurs } = options
  const isNew = (path: string) => JAVASCRIPT.test(path) && !isOurs(path) && scripts.versions(path).length === 0

  return {
    required: () =>
      requireCache()
        .filter(isNew)
        .map((path) => ({ ...LOADED_EARLIER, path, format: 'commonjs' })),
    async all() {
      // Preloaded, the hooks have seen the entry file and everything after it.
      if (COMPLETIONS.some((end) => scripts.versions(`${entry}${end}`).length > 0)) return []
      // Where there is no inspector, the search ends here.
      const known = await loaded.all().catch(() => [])
      return known
        .filter(({ path, mainRealm }) => mainRealm && isNew(path))
        .map(({ path, format }) => ({ ...LOADED_EARLIER, path, format }))
    },
  }
}

const LOADED_EARLIER = {
  status: 'unwoven',
  reason: 'loaded_earlier',
  message: 'it was loaded before lightrun',
} as const
