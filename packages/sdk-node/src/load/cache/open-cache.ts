import fs from 'node:fs'
import { homedir } from 'node:os'
import type { Weaver } from '../weaver.ts'
import { findCacheDirectory } from './cache-directory.ts'
import { cachedWeaver } from './cached-weaver.ts'
import { createDiskCache } from './disk-cache.ts'
import { weaverVersion } from './weaver-version.ts'

/** `true`: the usual place. A string: this directory. */
export type CacheSetting = boolean | string

/** Puts a cache on disk before the weaver. Nothing is looked for before the first module comes. */
export function withDiskCache(weaver: Weaver, setting: CacheSetting, entry: string | undefined): Weaver {
  if (setting === false) return weaver
  const cache = createDiskCache({
    directory: () =>
      findCacheDirectory(setting, {
        files: fs,
        env: process.env,
        platform: process.platform,
        home: homedir(),
        cwd: process.cwd(),
        entry,
        user: process.geteuid?.(),
      }),
    files: fs,
    now: Date.now,
    random: Math.random,
  })
  return cachedWeaver(weaver, cache, weaverVersion)
}
