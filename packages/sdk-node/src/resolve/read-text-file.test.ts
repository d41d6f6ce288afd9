import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { existsNear } from './read-text-file.ts'

describe('whether a file exists', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lightrun-near-'))
    await mkdir(join(folder, 'src'))
    await writeFile(join(folder, 'src/cart-of-this-test.mjs'), '')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is looked for below each folder that the entry file is in', async () => {
    const path = 'src/cart-of-this-test.mjs'
    expect(await existsNear(path, join(folder, 'dist/bin/main.js'))).toBe(true)
    expect(await existsNear('src/crat.mjs', join(folder, 'dist/bin/main.js'))).toBe(false)
    expect(await existsNear(path, undefined)).toBe(false)
    expect(await existsNear(join(folder, path), undefined)).toBe(true)
  })

  it('and below the working directory', async () => {
    expect(await existsNear('package.json', undefined)).toBe(true)
  })
})
