import { join } from 'node:path'
import type { Timers } from '@lightrun/core'
import type { WovenCache } from './woven-cache.ts'

/** What of `node:module` is V8's cache of compiled code (Node ≥ 22.8); typed here because the types are those of Node 20. */
export interface CompileCache {
  enableCompileCache?(directory: string): unknown
  flushCompileCache?(): void
}

export interface CompiledCodeOptions {
  module: CompileCache
  /** The woven cache's own directory; `undefined` when there is none. */
  directory: () => string | undefined
  env: Readonly<Record<string, string | undefined>>
  after: Timers['after']
}

/** How long nothing new may have been woven before compiled code is written: the application has started by then. */
export const WRITE_AFTER_MS = 2_000
/** Writing takes about 0.1 ms a module on the application's thread, once after a deployment. Fewer new ones wait for the exit. */
export const MIN_NEW_MODULES = 50

/**
 * Keeps what V8 compiled beside what was woven. Woven text is 2.5 times as long as its source and V8 has to read all of
 * it, which is the largest part of what a start costs; with Node's cache of compiled code it need not.
 *
 * A cache that the application or its environment has turned on stays as it is. Node writes when the process exits, but
 * not when a signal ends it, as most servers end.
 */
export function withCompiledCode(cache: WovenCache, options: CompiledCodeOptions): WovenCache {
  const { module, directory, env, after } = options
  let enabled = false
  let fresh = 0
  let cancel: (() => void) | undefined

  function enable(): void {
    enabled = true
    const parent = directory()
    // Coverage of functions from the cache is less precise, says Node's documentation.
    if (parent !== undefined && !env.NODE_V8_COVERAGE) module.enableCompileCache?.(join(parent, 'v8'))
  }

  return {
    get(key) {
      if (!enabled) enable()
      return cache.get(key)
    },
    put(key, weaving) {
      cache.put(key, weaving)
      if (weaving.status === 'woven' && weaving.compiled !== undefined) return
      fresh++
      cancel?.()
      if (fresh < MIN_NEW_MODULES) return
      cancel = after(WRITE_AFTER_MS, () => {
        fresh = 0
        module.flushCompileCache?.()
      })
    },
  }
}
