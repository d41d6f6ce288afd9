import { promises, readFileSync, realpathSync, statSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Instrument from '@lightrun/instrument'
import type { Cells } from '../engine/cells.ts'
import { type CacheSetting, withDiskCache } from './cache/open-cache.ts'
import { installCommonJsHook } from './commonjs-hook.ts'
import { createEligibility } from './eligible.ts'
import type { LoadHook } from './load-hook.ts'
import { installModuleHook, type Loading, needsHookThread } from './module-hook.ts'
import { createFormatOf } from './package-type.ts'
import { createStubs } from './program.ts'
import { installReadHook } from './read-hook.ts'
import type { Scripts } from './scripts.ts'
import { hasRegisterHooks, installSyncHook } from './sync-hook.ts'
import { createWeaveOnLoad, type LoadRecorder } from './weave-on-load.ts'
import { createWeaver } from './weaver.ts'

export interface InstallHooksOptions {
  nodeModules: boolean | readonly string[]
  cache: CacheSetting
  /** Absolute, each with a trailing separator. */
  extraPaths: readonly string[]
  ownDirectories: readonly string[]
  scripts: Scripts
  cells: Cells
  /** URL of the built `module-hook-thread` file, for Node before 22.15. */
  thread: URL
  /** Told what this process does not permit, and what to do. */
  onRefused: (message: string) => void
}

/** Intercepts what loads from now on, by the best means this Node has. */
export function installHooks(options: InstallHooksOptions): LoadHook[] {
  const { nodeModules, cache, ownDirectories, scripts, cells, thread, onRefused } = options
  const [, entry] = process.argv
  const extraPaths = options.extraPaths.map(realDirectory)
  const isCovered = Boolean(process.env.NODE_V8_COVERAGE)
  const recorder = createRecorder(scripts, cells)
  const transform = createWeaveOnLoad({
    eligibility: createEligibility({ nodeModules, ownDirectories, extraPaths, isCovered }),
    weaver: withDiskCache(createWeaver(weaveLater()), cache, entry),
    recorder,
    sizeOnDisk: (path) => statSync(path, { throwIfNoEntry: false })?.size,
  })
  const createStub = createStubs({
    module: Module,
    global: globalThis,
    ownFile: fileURLToPath(import.meta.url),
    process,
  })
  const commonJs = installCommonJsHook(
    Module as unknown as Parameters<typeof installCommonJsHook>[0],
    transform,
    createStub,
  )
  if (hasRegisterHooks(Module)) return [commonJs, installSyncHook(Module, transform)]
  const atOnce = needsHookThread(process as unknown as Loading)
  try {
    const eligibility = { nodeModules, ownDirectories, extraPaths, isCovered }
    const threaded = installModuleHook({ module: Module, thread, recorder, atOnce, ...eligibility, cache, entry })
    if (atOnce) return [commonJs, threaded]
    const formatOf = createFormatOf((path) => readFileSync(path, 'utf8'))
    return [commonJs, threaded, installReadHook({ files: promises, formatOf, transform })]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error
    onRefused('ES modules run without probes: this Node.js needs a thread to weave them; add --allow-worker')
    return [commonJs]
  }
}

/** Node tells modules by their real paths. */
function realDirectory(path: string): string {
  try {
    const real = realpathSync(path)
    return real.endsWith(sep) ? real : real + sep
  } catch {
    return path
  }
}

/** Loads the weaver with the first module that is not in the cache: its parser takes 15 ms. */
function weaveLater(): typeof Instrument.weave {
  const require = createRequire(import.meta.url)
  return (text, options) => (require('@lightrun/instrument') as typeof Instrument).weave(text, options)
}

function createRecorder(scripts: Scripts, cells: Cells): LoadRecorder {
  return {
    loaded(script, names) {
      cells.define(names)
      scripts.add(script)
    },
    excluded: (path, format) => scripts.exclude(path, format),
    isWoven(path, text) {
      const script = scripts.get(path)
      return script?.status === 'woven' && text.includes(script.fingerprint)
    },
  }
}
