import fs from 'node:fs'
import Module from 'node:module'
import { homedir } from 'node:os'
import { unrefTimers } from '../../agent/timers.ts'
import type { Weaver } from '../weaver.ts'
import { createAfterStart } from './after-start.ts'
import { findCacheDirectory } from './cache-directory.ts'
import { cachedWeaver } from './cached-weaver.ts'
import { type CompileCache, withCompiledCode } from './compiled-code.ts'
import { createDiskCache } from './disk-cache.ts'
import { weaverVersion } from './weaver-version.ts'

/** `true`: the usual place. A string: this directory. */
export type CacheSetting = boolean | string

/** Puts the caches on disk before the weaver. No place is looked for before the first module comes. */
export function withDiskCache(weaver: Weaver, setting: CacheSetting, entry: string | undefined): Weaver {
  if (setting === false) return weaver
  const directory = once(() =>
    findCacheDirectory(setting, {
      files: fs,
      env: process.env,
      platform: process.platform,
      home: homedir(),
      cwd: process.cwd(),
      entry,
      user: process.geteuid?.(),
    }),
  )
  const woven = createDiskCache({ directory, files: fs, now: Date.now, random: Math.random })
  const { after } = unrefTimers
  const both = withCompiledCode(woven, { module: Module as CompileCache, directory, env: process.env, after })
  const later = createAfterStart({ after, atExit: (run) => void process.once('exit', run) })
  return cachedWeaver(weaver, both, weaverVersion, later)
}

/** What fails (the working directory may be gone) is `undefined`. */
function once<T>(ask: () => T): () => T | undefined {
  let asked = false
  let answer: T | undefined
  return () => {
    if (asked) return answer
    asked = true
    try {
      answer = ask()
    } catch {}
    return answer
  }
}
