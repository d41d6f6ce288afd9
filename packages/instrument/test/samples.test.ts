import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sitesOnLine, weave } from '../src/index.ts'
import type { ContextProgram } from './differential/context-program.ts'
import { ALL_ARMED, DORMANT } from './differential/harness.ts'
import { judge } from './differential/judge.ts'
import { runInContext } from './differential/run-in-context.ts'

const folder = new URL('../samples/', import.meta.url)
const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => [name, readSample(name)] as const)
  .filter(([, sample]) => isSupported(sample))

const run = runInContext()

describe('a woven program behaves as the unwoven one', () => {
  test.each(cases)('%s', async (_, sample) => {
    const unwoven = await run(sample, { weaving: 'none' })
    expect(unwoven.output).not.toMatch(/^threw SyntaxError/)
    const verdict = await judge(run, sample, [DORMANT, ALL_ARMED])
    expect(verdict).toEqual({ status: 'agrees', outcome: expect.anything() })
    if (verdict.status === 'agrees') expect(verdict.outcome.probes.hits).toBeGreaterThan(0)
  })
})

describe('a line marked with `//? { … }` captures just these variables when first hit', () => {
  const marked = cases.filter(([, { sources }]) => Object.values(sources).some((source) => source.includes('//?')))
  test.each(marked)('%s', async (_, sample) => {
    const { captures } = await run(sample, ALL_ARMED)
    for (const [filename, source] of Object.entries(sample.sources)) {
      const woven = weave(source, { filename, format: sample.format })
      if (woven.status !== 'woven') continue
      for (const [line, text] of source.split('\n').entries()) {
        const expected = text.split('//?')[1]
        if (expected === undefined) continue
        // The last statement of the line that ran: on a line `function f() { return x }` that is the one inside.
        const site = sitesOnLine(woven.sites, line).findLast(({ index }) => captures[`${filename}:${index}`])!
        const got = captures[`${filename}:${site.index}`]!
        expect(describeCapture(got, expected), `${filename}:${line + 1}`).toBe(expected.trim())
      }
    }
  })
})

/** Writes a capture the way the marker is written: in its order, with its `any`, and what it lacks at the end. */
function describeCapture(got: Record<string, string>, expected: string): string {
  const pairs = [...expected.matchAll(/([\w$\u0080-\uffff]+|'[^']*'|\['__proto__'\]): (?:(any)|[^,}]+)/g)]
  const left = { ...got }
  const parts = pairs.map(([, key, any]) => {
    const name = `$${key!.replace(/['[\]]/g, '')}`
    const value = left[name]
    delete left[name]
    return `${key}: ${value === undefined ? 'absent' : (any ?? value)}`
  })
  for (const [name, value] of Object.entries(left)) parts.push(`${name.slice(1)}: ${value}`)
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : '{}'
}

/** A sample of syntax that is new begins with a line that says so. */
function isSupported({ sources, entry }: ContextProgram): boolean {
  const [, since = '0'] = /^\/\/ since Node (\d+)\n/.exec(sources[entry]!) ?? []
  return Number.parseInt(process.versions.node, 10) >= Number(since)
}

function readSample(name: string): ContextProgram {
  const files = readdirSync(new URL(`${name}/`, folder))
  const entry = files.find((file) => file.startsWith('input.'))!
  const sources = Object.fromEntries(
    files.map((file) => [file, readFileSync(new URL(`${name}/${file}`, folder), 'utf8')]),
  )
  return { format: entry.endsWith('.mjs') ? 'module' : 'commonjs', entry, sources }
}
