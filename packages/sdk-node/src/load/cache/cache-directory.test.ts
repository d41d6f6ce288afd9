import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CacheSurroundings, findCacheDirectory } from './cache-directory.ts'

const user = process.geteuid?.()

describe('where the cache is', () => {
  let folder: string
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'lightrun-where-')))
  })
  afterEach(() => fs.rmSync(folder, { recursive: true }))

  function find(setting: string | true, more: Partial<CacheSurroundings> = {}): string | undefined {
    const found = findCacheDirectory(setting, {
      files: fs,
      env: {},
      platform: 'linux',
      home: join(folder, 'home'),
      cwd: folder,
      entry: join(folder, 'app/src/main.js'),
      user,
      ...more,
    })
    return found?.slice(folder.length + 1)
  }
  function make(...paths: string[]): void {
    for (const path of paths) {
      if (path.endsWith('/')) fs.mkdirSync(join(folder, path), { recursive: true })
      else fs.writeFileSync(join(folder, path), '{}')
    }
  }

  it("is below the application's node_modules, in a directory of our own", () => {
    make('app/src/', 'app/node_modules/', 'app/package.json')
    expect(find(true)).toBe('app/node_modules/.cache/lightrun')
    expect(fs.statSync(join(folder, 'app/node_modules/.cache/lightrun')).mode & 0o777).toBe(0o700)
  })

  it("is the user's own where the application has no node_modules, or they cannot be written", () => {
    make('app/src/', 'app/package.json')
    expect(find(true)).toBe('home/.cache/lightrun')
    make('app/node_modules/')
    const readOnly = (path: fs.PathLike, ...rest: unknown[]) => {
      if (String(path).includes('node_modules')) throw new Error('EROFS')
      return Reflect.apply(fs.mkdirSync, fs, [path, ...rest])
    }
    expect(find(true, { files: { ...fs, mkdirSync: readOnly as typeof fs.mkdirSync } })).toBe('home/.cache/lightrun')
  })

  it('belongs to the application, not to the tool that starts it', () => {
    make('app/src/', 'app/node_modules/pm/', 'app/package.json')
    const entry = join(folder, 'app/node_modules/pm/run.js')
    expect(find(true, { entry, cwd: join(folder, 'app/src') })).toBe('app/node_modules/.cache/lightrun')
  })

  it.each<[string, Partial<CacheSurroundings>, string]>([
    ['linux', { env: { XDG_CACHE_HOME: '$/xdg' } }, 'xdg/lightrun'],
    ['macOS', { platform: 'darwin' }, 'home/Library/Caches/lightrun'],
    ['Windows', { platform: 'win32', env: { LOCALAPPDATA: '$/local' }, user: undefined }, 'local/lightrun'],
  ])("the user's own, on %s", (_name, { env = {}, ...more }, expected) => {
    const placed = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.replace('$', folder)]))
    expect(find(true, { ...more, env: placed })).toBe(expected)
  })

  const asRoot = it.runIf(user === 0)

  it.each<[string, (path: string) => void]>([
    ['others can write to it', (path) => fs.chmodSync(path, 0o777)],
    ['its group can write to it', (path) => fs.chmodSync(path, 0o770)],
    ['it is a link', (path) => replace(path, (target) => fs.symlinkSync(target, path))],
    ['it is a file', (path) => replace(path, () => fs.writeFileSync(path, ''))],
  ])('is not used when %s', (_name, spoil) => {
    const path = join(folder, 'cache')
    expect(find(path)).toBe('cache')
    spoil(path)
    expect(find(path)).toBeUndefined()
  })

  asRoot('is not used when it belongs to somebody else', () => {
    make('cache/')
    fs.chownSync(join(folder, 'cache'), 4_711, 4_711)
    expect(find(join(folder, 'cache'))).toBeUndefined()
  })

  asRoot("may be root's: an image brings its cache along", () => {
    expect(find(join(folder, 'cache'))).toBe('cache')
    expect(find(join(folder, 'cache'), { user: 1_000 })).toBe('cache')
  })
})

function replace(path: string, by: (moved: string) => void): void {
  fs.renameSync(path, `${path}-moved`)
  by(`${path}-moved`)
}
