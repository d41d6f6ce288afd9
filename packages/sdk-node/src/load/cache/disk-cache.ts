import { join } from 'node:path'
import { decodeEntry, encodeEntry } from './entry.ts'
import type { WovenCache } from './woven-cache.ts'

/** What of `node:fs` the cache uses; passed in so that a full or broken disk can be tried. */
export type CacheFiles = Pick<
  typeof import('node:fs'),
  | 'closeSync'
  | 'fstatSync'
  | 'openSync'
  | 'readdirSync'
  | 'readSync'
  | 'renameSync'
  | 'rmSync'
  | 'statSync'
  | 'utimesSync'
  | 'writeFileSync'
>

export interface DiskCacheOptions {
  /** Asked at each access, never throws; `undefined` when no place will do. */
  directory: () => string | undefined
  files: CacheFiles
  maxBytes?: number
  /** Milliseconds since the epoch. */
  now: () => number
  random: () => number
}

/** All entries of a directory together. Woven code is about twice its source: some 25 MB of own code of one application, or of several that share. */
export const MAX_CACHE_BYTES = 64 * 1024 * 1024
/** What a sweep leaves, so that the next put does not sweep again. */
const KEPT_SHARE = 0.75
/** One put in so many looks at the whole directory: that is how far the size can overshoot. */
const PUTS_PER_SWEEP = 64
/** An entry in use is marked once a day at most. */
const MARK_AFTER_MS = 24 * 60 * 60 * 1_000
/** One process in so many marks what it reads: asking each entry for its age takes as long as opening it. */
const PROCESSES_PER_MARK = 8
/** Nearly all entries are shorter. */
const FIRST_BUFFER_BYTES = 256 * 1024

/**
 * One file for each text that was woven, named by its key. Complete files appear by renaming, so processes that start
 * together at worst do the same work; each file proves itself by its checksum, so a torn or altered one is woven again.
 */
export function createDiskCache(options: DiskCacheOptions): WovenCache {
  const { directory, files, maxBytes = MAX_CACHE_BYTES, now, random } = options
  const maxEntryBytes = maxBytes / 4
  // One for all entries: hundreds of large buffers make the garbage collector work.
  let buffer = Buffer.alloc(0)
  let writable = true
  const marks = random() * PROCESSES_PER_MARK < 1

  /** Overwritten by the next one. */
  function read(path: string): Buffer {
    if (buffer.length === 0) buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES)
    const file = files.openSync(path, 'r')
    try {
      let length = 0
      for (;;) {
        length += files.readSync(file, buffer, length, buffer.length - length, length)
        if (length < buffer.length) break
        if (length > maxEntryBytes) throw new Error('this is no entry of ours')
        buffer = Buffer.concat([buffer], 2 * length)
      }
      if (marks) mark(path, file)
      return buffer.subarray(0, length)
    } finally {
      files.closeSync(file)
    }
  }

  function mark(path: string, file: number): void {
    if (now() - files.fstatSync(file).mtimeMs <= MARK_AFTER_MS) return
    const seconds = now() / 1_000
    attempt(() => files.utimesSync(path, seconds, seconds))
  }

  /** Removes what was not used for longest, until there is room. */
  function sweep(folder: string): void {
    const entries = files.readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
      const stat = files.statSync(join(folder, name), { throwIfNoEntry: false })
      return stat?.isFile() ? [{ path: join(folder, name), bytes: stat.size, usedMs: stat.mtimeMs }] : []
    })
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
    if (total <= maxBytes) return
    for (const { path, bytes } of entries.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= maxBytes * KEPT_SHARE) return
      files.rmSync(path, { force: true })
      total -= bytes
    }
  }

  function write(folder: string, key: string, entry: Buffer): void {
    const temporary = join(folder, `${key}.${process.pid}.${Math.floor(random() * 1e9)}`)
    try {
      files.writeFileSync(temporary, entry, { flag: 'wx', mode: 0o600 })
      files.renameSync(temporary, join(folder, key))
    } catch {
      // A full or read-only disk stays so for a while; this process does without.
      writable = false
      attempt(() => files.rmSync(temporary, { force: true }))
    }
  }

  return {
    get(key) {
      const folder = directory()
      if (folder === undefined) return undefined
      const path = join(folder, key)
      return attempt(() => decodeEntry(read(path)))
    },
    put(key, weaving) {
      const folder = directory()
      if (folder === undefined || !writable) return
      const entry = encodeEntry(weaving)
      if (entry.length > maxEntryBytes) return
      // By chance, because many short processes fill a disk as well as a long one does.
      if (random() * PUTS_PER_SWEEP < 1) attempt(() => sweep(folder))
      write(folder, key, entry)
    },
  }
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
