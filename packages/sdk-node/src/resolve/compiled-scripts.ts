import { LightrunError } from '@lightrun/core'
import type { LoadedScript, LoadedScripts } from '../engine/inspector/loaded-scripts.ts'
import { keepText } from '../load/script-text.ts'
import type { UnwovenScript } from '../load/scripts.ts'
import { matchesPath, normalizePath, stem } from './path-match.ts'

/**
 * Scripts that tools compile themselves, with `node:vm`: test runners above all; and modules that Node shows no hook. Those
 * whose path ends with what was written, or that have its name apart from the extension. Nothing where V8 cannot be asked.
 *
 * Rejects with LightrunError `file_not_woven` when the file runs only in realms of their own, which no probe reaches.
 */
export type FindCompiled = (wanted: string) => Promise<readonly UnwovenScript[]>

export interface FindCompiledOptions {
  loaded: LoadedScripts
  /** Whether there is such a file, seen from where sources may lie: V8 is not asked for what somebody mistyped. */
  exists: (path: string) => Promise<boolean>
  isOurs: (path: string) => boolean
  /** Whether hooks see every ES module (Node 22.15). */
  seesAllModules: boolean
}

/** Scripts whose maps are read: `index` is the name of many. */
const MAX_CANDIDATES = 20

export function createFindCompiled({ loaded, exists, isOurs, seesAllModules }: FindCompiledOptions): FindCompiled {
  function toUnwoven(script: LoadedScript): UnwovenScript[] {
    const text = loaded.textOf(script)
    if (text === undefined) return []
    const { path, format } = script
    // What the tool made of the file, with its own map.
    const origin = keepText(text)
    const missed = format === 'module' && !seesAllModules ? IMPORTED : COMPILED
    return [{ ...missed, path, format, text: origin }]
  }

  return async (wanted) => {
    if (!(await exists(wanted))) return []
    const all = await loaded.all().catch(() => [])
    const matching = all.filter(({ path }) => matchesPath(normalizePath(path), wanted) && !isOurs(path))
    const namesake = all.filter(({ path }) => stem(normalizePath(path)) === stem(wanted) && !isOurs(path))
    const here = (matching.length > 0 ? matching : namesake).filter(({ mainRealm }) => mainRealm)
    const [other] = matching
    if (here.length === 0 && other !== undefined) throw outOfReach(other)
    return here.slice(0, MAX_CANDIDATES).flatMap(toUnwoven)
  }
}

const COMPILED = {
  status: 'unwoven',
  reason: 'compiled_elsewhere',
  message: 'another tool compiled it, and not the loader of Node.js',
} as const

/** Read by a function that Node took before anybody could replace it. A tool that compiles modules would need a flag. */
const IMPORTED = {
  status: 'unwoven',
  reason: 'imported_unseen',
  message: 'a module that was loaded by require imports it, and Node.js before 22.15 shows such imports to nobody',
} as const

function outOfReach({ path }: LoadedScript): LightrunError {
  return new LightrunError(
    'file_not_woven',
    `${path} runs in a realm of its own (node:vm, or a test runner's sandbox), which probes do not reach; run it outside of one: with Vitest, pool: 'forks' or 'threads'`,
  )
}
