import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check } from '../src/check.ts'

/** Bytes a page loads to check what is typed into it. Nearly all of it is acorn; QuickJS would be half a megabyte. */
const MAX_MINIFIED_BYTES = 150_000
const MAX_GZIPPED_BYTES = 45_000

let folder: string
let code: string
let inputs: readonly string[]
/** The bundle in a world that has the language and nothing else: no `process`, no `document`, no `URL`. */
let inBrowser: { check: typeof check }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lightrun-check-'))
  await build({
    config: false,
    silent: true,
    dts: false,
    metafile: true,
    minify: true,
    entry: { check: fileURLToPath(new URL('../src/check.ts', import.meta.url)) },
    outDir: folder,
    format: 'iife',
    globalName: 'lightrun',
    platform: 'browser',
    target: 'es2022',
    noExternal: [/./],
    esbuildOptions(options) {
      options.conditions = ['@lightrun/source']
    },
  })
  code = await readFile(join(folder, 'check.global.js'), 'utf8')
  const metafile = JSON.parse(await readFile(join(folder, 'metafile-iife.json'), 'utf8')) as { inputs: object }
  inputs = Object.keys(metafile.inputs)
  inBrowser = runInNewContext(`${code};lightrun`) as typeof inBrowser
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('@lightrun/sandbox/check in a browser', () => {
  test('is acorn and the language, without QuickJS and without Node', () => {
    const parts = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'ours'))
    expect([...parts].sort()).toEqual(['acorn', 'ours'])
    expect(inputs.filter((path) => /\/(direct|quickjs|evaluate)\//.test(path))).toEqual([])
    // With a module's name: acorn speaks of import() in a message.
    expect(code).not.toMatch(/\b(?:require|import)\(["'`]|["']node:/)
  })

  test('answers as on the server', () => {
    for (const source of [
      'user.age > 18 && user.roles.some(r => r.name === "admin")',
      'a = 1',
      'a.b(',
      '/^4\\d\\d$/.test(code)',
      '',
    ]) {
      expect(JSON.parse(JSON.stringify(inBrowser.check(source)))).toEqual(check(source))
    }
  })

  test('is small', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(MAX_MINIFIED_BYTES)
    expect(gzipSync(code).length).toBeLessThan(MAX_GZIPPED_BYTES)
  })
})
