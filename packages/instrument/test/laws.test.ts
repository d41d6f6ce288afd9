import { readdirSync, readFileSync } from 'node:fs'
import { compileFunction } from 'node:vm'
import { parse } from 'acorn'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_SOURCE_LENGTH, type ModuleFormat, type Woven, weave } from '../src/index.ts'
import { randomProgram } from './differential/random-program/random-program.ts'

const folder = new URL('../samples/', import.meta.url)
const samples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.m?js$/.test(name))
  .map((name) => ({
    name,
    source: readFileSync(new URL(name, folder), 'utf8'),
    format: (name.endsWith('.mjs') ? 'module' : 'commonjs') as ModuleFormat,
  }))

const formats = fc.constantFrom<ModuleFormat>('commonjs', 'module')
const programs = fc
  .tuple(fc.array(fc.nat(0xffff), { minLength: 10, maxLength: 250, size: 'max' }), fc.boolean())
  .map(([tape, strict]) => ({
    source: randomProgram(tape, strict),
    format: (strict ? 'module' : 'commonjs') as ModuleFormat,
  }))
const anyProgram = fc.oneof(programs, fc.constantFrom(...samples))

/** As ECMA-262 and V8 count them. */
function linesOf(text: string): string[] {
  return text.split(/\r\n|[\r\n\u2028\u2029]/)
}

function weaveAll(source: string, format: ModuleFormat): Woven | undefined {
  const result = weave(source, { filename: 'file.js', format })
  return result.status === 'woven' ? result : undefined
}

test('lines stay: the same number, and what was on a line is on it in the same order', () => {
  fc.assert(
    fc.property(anyProgram, ({ source, format }) => {
      const woven = weaveAll(source, format)
      if (woven === undefined) return
      const after = linesOf(woven.code)
      const before = linesOf(source)
      expect(after.length).toBe(before.length)
      for (const [i, line] of before.entries()) expect(isSubsequence(line, after[i]!), `line ${i + 1}`).toBe(true)
    }),
  )
})

test('the same source and name give the same result; another name gives other cells', () => {
  fc.assert(
    fc.property(anyProgram, ({ source, format }) => {
      const once = weave(source, { filename: 'a.js', format })
      expect(weave(source, { filename: 'a.js', format })).toEqual(once)
      const other = weave(source, { filename: 'b.js', format })
      if (once.status !== 'woven' || other.status !== 'woven') return
      expect(other.cells.some((cell) => once.cells.includes(cell))).toBe(false)
    }),
    { numRuns: 50 },
  )
})

test('woven text parses, refers to the reported cells and no others, and is not woven twice', () => {
  fc.assert(
    fc.property(anyProgram, ({ source, format }) => {
      const woven = weaveAll(source, format)
      if (woven === undefined) return
      expect(isAccepted(woven.code, format)).toBe(isAccepted(source, format))
      const looked = new Set(woven.code.match(/(?<=typeof )\$lr_[0-9a-z]+_\d+/g))
      const declared = woven.code.match(/(?<=;function )\$lr_[0-9a-z]+_m\d+/g) ?? []
      expect(new Set(woven.cells)).toEqual(new Set([...looked, ...declared]))
      expect(new Set(woven.sites.map(({ cell }) => cell))).toEqual(looked)
      const passed = woven.code.match(/(?<=[(,])\$lr_[0-9a-z]+_m\d+/g) ?? []
      expect(new Set(declared)).toEqual(
        new Set([...passed, ...(woven.code.match(/(?<=return )\$lr_[0-9a-z]+_m\d+/g) ?? [])]),
      )
      expect(weave(woven.code, { filename: 'file.js', format }).status).toBe('untouched')
    }),
  )
})

test('sites are numbered in source order, begin at a token, and no two begin at the same place', () => {
  fc.assert(
    fc.property(anyProgram, ({ source, format }) => {
      const woven = weaveAll(source, format)
      if (woven === undefined) return
      const lines = linesOf(source)
      let last = [-1, -1] as [number, number]
      for (const [index, { position, ...site }] of woven.sites.entries()) {
        expect(site.index).toBe(index)
        expect(lines[position.line]![position.column]).toMatch(/\S/)
        expect(position.line > last[0] || (position.line === last[0] && position.column > last[1])).toBe(true)
        expect(woven.functions[site.function]!.cell).toBe(site.cell)
        last = [position.line, position.column]
      }
    }),
  )
})

test('any string at all is answered, never thrown at', { timeout: 120_000 }, () => {
  const fragments = fc.array(
    fc.constantFrom(
      ...'{}()[];=>,`$/*\n\\"\' .:?',
      'let',
      'async',
      'function',
      'class',
      'await',
      'yield',
      'a',
      '0',
      'static',
      '#',
      'for',
      'of',
      'in',
      'case',
      '...',
      'super',
      'new.target',
      'import',
      'export',
      'default',
      '\u2028',
      '\ud800',
      '$lr_a_0',
    ),
  )
  const mutations = fc
    .tuple(fc.constantFrom(...samples), fc.nat(), fc.nat(40), fragments)
    .map(([{ source }, at, length, insert]) => {
      const offset = at % (source.length + 1)
      return source.slice(0, offset) + insert.join('') + source.slice(offset + length)
    })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fragments.map((f) => f.join('')),
        mutations,
      ),
      formats,
      (source, format) => {
        const result = weave(source, { filename: 'x.js', format })
        if (result.status === 'woven') expect(isAccepted(result.code, format)).toBe(isAccepted(source, format))
        else expect(result.reason).not.toBe('internal_fault')
      },
    ),
    { numRuns: 1500 },
  )
})

describe('what cannot be woven says why', () => {
  test('woven text', () => {
    const { code } = weaveAll('let n = 1; use(() => n)', 'commonjs')!
    expect(weave(code, { filename: 'file.js', format: 'commonjs' })).toMatchObject({ reason: 'already_woven' })
  })

  test.each([
    ['', 'nothing_to_weave'],
    ['// only a comment', 'nothing_to_weave'],
    ["'use strict'", 'nothing_to_weave'],
    ['function f() {}', 'nothing_to_weave'],
    ['let let = 1', 'syntax_error'],
    ['import x from "y"; x()', 'syntax_error'],
    ['a'.padEnd(MAX_SOURCE_LENGTH + 1), 'too_large'],
    [`${'('.repeat(50_000)}1${')'.repeat(50_000)}`, 'too_deep'],
  ])('%#: %.20s', (source, reason) => {
    expect(weave(source, { filename: 'x.js', format: 'commonjs' })).toMatchObject({ status: 'untouched', reason })
  })

  // Depths at which brackets without a bound made V8 overflow where the source did not are 660 and 3,000; see MAX_WRAPS.
  test.each([
    ['if (a) ', 'a()', '', 2000],
    ['if (a) b(); else ', 'c()', '', 2000],
    ['while (a) ', 'b()', '', 1500],
    ['a => ', 'a', '', 400],
    ['(() => ', 'a', ')()', 200],
  ])('%s… is accepted at a depth that the source is far from overflowing at', (open, middle, close, depth) => {
    const source = `x = 1; ${open.repeat(depth)}${middle}${close.repeat(depth)}`
    const woven = weaveAll(source, 'commonjs')
    if (woven !== undefined) expect(isAccepted(woven.code, 'commonjs')).toBe(isAccepted(source, 'commonjs'))
  })

  test('a syntax error has its place', () => {
    const result = weave('a()\n  b c', { filename: 'x.js', format: 'commonjs' })
    expect(result).toMatchObject({ reason: 'syntax_error', position: { line: 1, column: 4 } })
  })

  test('with bodies and asm.js modules are reported', () => {
    const woven = weaveAll("with (a) { b() }\nfunction m() { 'use asm'; return {} }", 'commonjs')!
    expect(woven.skipped).toEqual([
      { start: { line: 0, column: 9 }, end: { line: 0, column: 16 }, reason: 'with_body' },
      { start: { line: 1, column: 0 }, end: { line: 1, column: 37 }, reason: 'asm' },
    ])
  })
})

/** By V8, which knows a few programs that acorn does not (`let` as a name, then a line with `typeof`). */
function isAccepted(code: string, format: ModuleFormat): boolean {
  try {
    if (format === 'commonjs') compileFunction(code.replace(/^#!.*/, ''))
    else parse(code, { ecmaVersion: 'latest', sourceType: format })
    return true
  } catch {
    return false
  }
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0
  for (const unit of part.split('')) {
    at = whole.indexOf(unit, at) + 1
    if (at === 0) return false
  }
  return true
}
