import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Weaving } from '../weaver.ts'
import { type CacheFiles, createDiskCache, type DiskCacheOptions } from './disk-cache.ts'

const woven = (code: string): Weaving => ({ status: 'woven', format: 'commonjs', code, cells: ['$lr_a_0', '$lr_a_1'] })
const DAY = 24 * 60 * 60 * 1_000

describe('the cache on disk', () => {
  let folder: string
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'lightrun-cache-'))
  })
  afterEach(() => fs.rmSync(folder, { recursive: true }))

  const open = (options: Partial<DiskCacheOptions> = {}) =>
    createDiskCache({ directory: () => folder, files: fs, now: Date.now, random: () => 0.99, ...options })
  const failing = (names: (keyof CacheFiles)[], code: string): CacheFiles => {
    const fail = () => {
      throw Object.assign(new Error(code), { code })
    }
    return { ...fs, ...Object.fromEntries(names.map((name) => [name, fail])) }
  }

  it('gives another process what was put', () => {
    open().put('key', woven('code'))
    expect(open().get('key')).toEqual(woven('code'))
    expect(open().get('other')).toBeUndefined()
  })

  it('has files that nobody else can read', () => {
    open().put('key', woven('code'))
    expect(fs.statSync(join(folder, 'key')).mode & 0o777).toBe(0o600)
  })

  it.each<[string, (path: string) => void]>([
    ['truncated', (path) => fs.truncateSync(path, 40)],
    ['empty', (path) => fs.truncateSync(path, 0)],
    ['altered', (path) => fs.writeFileSync(path, fs.readFileSync(path).fill(120, 60))],
    ['gone', (path) => fs.rmSync(path)],
  ])('takes a file that is %s for none, and heals when the code is put again', (_name, damage) => {
    open().put('key', woven('code'.repeat(50)))
    damage(join(folder, 'key'))
    expect(open().get('key')).toBeUndefined()
    open().put('key', woven('again'))
    expect(open().get('key')).toEqual(woven('again'))
  })

  it('does without an entry whose name something else has', () => {
    fs.mkdirSync(join(folder, 'key'))
    const cache = open()
    cache.put('key', woven('code'))
    expect([cache.get('key'), fs.readdirSync(folder)]).toEqual([undefined, ['key']])
  })

  it('writes no more to a disk that is full, leaves no piece behind, and goes on reading', () => {
    open().put('old', woven('old'))
    let writes = 0
    const full: CacheFiles = {
      ...fs,
      writeFileSync: (path, data, options) => {
        writes++
        fs.writeFileSync(path, (data as Buffer).subarray(0, 10), options)
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
      },
    }
    const cache = open({ files: full })
    cache.put('new', woven('new'))
    cache.put('newer', woven('newer'))
    expect([writes, fs.readdirSync(folder), cache.get('old')]).toEqual([1, ['old'], woven('old')])
  })

  it.each([
    ['a read-only disk', ['writeFileSync', 'renameSync', 'utimesSync', 'rmSync'], 'EROFS'],
    ['a directory that cannot be read', ['openSync', 'readdirSync', 'statSync'], 'EACCES'],
  ] as const)('does without on %s', (_name, names, code) => {
    const cache = open({ files: failing([...names], code), random: () => 0 })
    cache.put('key', woven('code'))
    expect([cache.get('key'), open().get('other')]).toEqual([undefined, undefined])
  })

  it('reads what is longer than most, and nothing that is longer than what it would keep', () => {
    const long = woven('x'.repeat(300_000))
    const cache = open()
    cache.put('long', long)
    fs.writeFileSync(join(folder, 'endless'), Buffer.alloc(2_000_000))
    let bytes = 0
    const readSync = (file: number, into: Buffer, ...where: [number, number, number]) => {
      const length = fs.readSync(file, into, ...where)
      bytes += length
      return length
    }
    const bounded = open({ maxBytes: 1_600_000, files: { ...fs, readSync: readSync as typeof fs.readSync } })
    expect([cache.get('long'), bounded.get('long'), bounded.get('endless')]).toEqual([long, long, undefined])
    expect(bytes).toBeLessThan(1_500_000)
  })

  it('marks what is in use in one process of eight, so that a start asks for no ages', () => {
    const cache = open()
    cache.put('key', woven('code'))
    fs.utimesSync(join(folder, 'key'), 1, 1)
    const used = () => fs.statSync(join(folder, 'key')).mtimeMs / 1_000
    open({ random: () => 1 / 8 }).get('key')
    expect(used()).toBe(1)
    open({ random: () => 0.12, now: () => DAY }).get('key')
    expect(used()).toBe(1)
    open({ random: () => 0.12, now: () => 2 * DAY }).get('key')
    expect(used()).toBe((2 * DAY) / 1_000)
  })

  it('does without when there is no safe place', () => {
    const cache = open({ directory: () => undefined })
    cache.put('key', woven('code'))
    expect(cache.get('key')).toBeUndefined()
  })

  it('removes what was not used for longest when it grows too large', () => {
    const cache = open({ maxBytes: 10_000 })
    for (let n = 0; n < 9; n++) cache.put(`key${n}`, woven('x'.repeat(1_000)))
    for (let n = 0; n < 9; n++) fs.utimesSync(join(folder, `key${n}`), n, n)
    open({ maxBytes: 10_000, now: () => 2 * DAY, random: () => 0 }).get('key0')
    open({ maxBytes: 8_000, random: () => 0 }).put('new', woven('new'))
    const kept = fs.readdirSync(folder)
    expect(kept).toEqual(expect.arrayContaining(['key0', 'key8', 'new']))
    expect(kept).not.toContain('key1')
    const bytes = kept.reduce((sum, name) => sum + fs.statSync(join(folder, name)).size, 0)
    expect(bytes).toBeLessThanOrEqual(8_000)
  })

  it("bounds V8's compiled code as well, which lies below", () => {
    fs.mkdirSync(join(folder, 'v8/version'), { recursive: true })
    for (const name of ['a', 'b']) fs.writeFileSync(join(folder, 'v8/version', name), Buffer.alloc(3_000))
    fs.utimesSync(join(folder, 'v8/version/a'), 1, 1)
    open({ maxBytes: 5_000, random: () => 0 }).put('new', woven('new'))
    expect(fs.readdirSync(join(folder, 'v8/version'))).toEqual(['b'])
  })

  it('does not keep what would fill it alone', () => {
    const cache = open({ maxBytes: 4_000 })
    cache.put('large', woven('x'.repeat(2_000)))
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it('never shows half a file to a process that reads while others write', async () => {
    const writer = `
      const { parentPort, workerData } = require('node:worker_threads')
      const fs = require('node:fs'), { join } = require('node:path')
      const { folder, entries } = workerData
      for (let n = 0; n < 100; n++) {
        const name = join(folder, 'temporary' + process.pid + Math.random())
        fs.writeFileSync(name, entries[n % entries.length])
        fs.renameSync(name, join(folder, 'key'))
      }
      parentPort.postMessage('done')`
    const cache = open()
    const versions = ['a', 'b'].map((letter) => woven(letter.repeat(20_000)))
    const entries = versions.map((version) => {
      cache.put('key', version)
      return fs.readFileSync(join(folder, 'key'))
    })
    const workers = [1, 2].map(() => new Worker(writer, { eval: true, workerData: { folder, entries } }))
    let left = workers.length
    for (const worker of workers) worker.once('message', () => left--)
    while (left > 0) {
      for (let n = 0; n < 20; n++) {
        cache.put('key', versions[n % 2] as Weaving)
        expect(versions).toContainEqual(cache.get('key'))
      }
      await new Promise(setImmediate)
    }
  })
})
