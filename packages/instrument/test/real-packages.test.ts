import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { weave } from '../src/index.ts'
import { compareAll, type Subject } from './differential/compare-all.ts'
import { Harness } from './differential/harness.ts'
import type { Verdict } from './differential/judge.ts'

const require = createRequire(import.meta.url)
const cwd = fileURLToPath(new URL('real-packages/', import.meta.url))

let harness: Harness
beforeAll(async () => {
  harness = await Harness.build()
})
afterAll(() => harness[Symbol.dispose]())

const names = ['acorn', 'ajv', 'chalk', 'js-yaml', 'marked', 'postcss', 'semver', 'sucrase', 'yaml']

test.each(names)(
  '%s, woven through and through, does the same dormant and armed',
  { timeout: 120_000 },
  async (name) => {
    const subject: Subject = { name, program: { cwd, args: [`${name}.cjs`] } }
    let verdict: Verdict | undefined
    const untouched = await compareAll([subject], {
      preload: harness.preload,
      node: process.execPath,
      seed: 1,
      share: 1,
      timeoutMs: 30_000,
      jobs: 1,
      onVerdict: (_, given) => {
        verdict = given
      },
    })
    expect(verdict).toMatchObject({ status: 'agrees', outcome: { ended: 'exit code 0' } })
    if (verdict?.status === 'agrees') expect(verdict.outcome.probes.hits).toBeGreaterThan(100)
    expect(untouched).toEqual(new Map())
  },
)

test('a 9 MB compiler is woven and parses', { timeout: 120_000 }, () => {
  const filename = require.resolve('typescript')
  const source = readFileSync(filename, 'utf8')
  const woven = weave(source, { filename, format: 'commonjs' })
  expect(woven).toMatchObject({ status: 'woven', skipped: [] })
  if (woven.status !== 'woven') return
  expect(woven.sites.length).toBeGreaterThan(50_000)
  expect(() => Reflect.construct(Function, ['exports', 'require', 'module', woven.code])).not.toThrow()
})
