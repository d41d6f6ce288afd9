import { expect, test } from 'vitest'
import { type ModuleFormat, readVariables, siteCovering, sitesOnLine, surveySites, weave } from './index.ts'

function surveyed(source: string, format: ModuleFormat = 'commonjs') {
  const result = surveySites(source, { format })
  if (result.status !== 'surveyed') throw new Error(result.message)
  return result
}

function namesAt(source: string, piece: string, format?: ModuleFormat): string[] {
  const { sites } = surveyed(source, format)
  const site = siteCovering(sites, { line: 0, column: source.indexOf(piece) })!
  return site.variables.map(({ name, scope }) => `${name} ${scope}`)
}

test('its sites are those that weaving finds, in the same functions', () => {
  const source =
    'const f = (a) => a + 1\nconst K = class { static { f() } m() { if (f) return f()\n } }\nexport default f'
  const woven = weave(source, { filename: 'a.mjs', format: 'module' })
  if (woven.status !== 'woven') throw new Error(woven.message)
  const { sites, functions } = surveyed(source, 'module')
  const strip = ({ index, position, end, function: fn }: (typeof sites)[number]) => ({ index, position, end, fn })
  expect(sites.map(strip)).toEqual(woven.sites.map(strip))
  expect(functions).toEqual(woven.functions.map(({ cell, entry, exits, unseenReturns, leave, ...fn }) => fn))
  expect(sitesOnLine(sites, 1)).toHaveLength(4)
})

test('what may be uninitialised is there if reading it throws, and hides the outer one in any case', () => {
  expect(namesAt('function f() { one(); let a = 1; () => a }', 'one')).toEqual(['this this', 'a local'])
  expect(namesAt('function f(a) { { one(); let a; () => a } }', 'one')).toEqual(['this this', 'a block'])
  expect(namesAt('function f(a) { { one(); let a } }', 'one')).toEqual(['this this'])
})

test('closures and module variables that something captured are there, mentioned or not', () => {
  expect(namesAt('let m, n; () => m; function f(a, b) { () => b; return () => { one() } }', 'one')).toEqual([
    'b closure',
    'm module',
  ])
  expect(namesAt('import i from "i"; export const f = () => { one() }', 'one', 'module')).toEqual(['i module'])
})

test('at the module level uncaptured variables are locals, and there', () => {
  expect(namesAt('let a = 1; one()', 'one')).toEqual(['a module'])
})

test('many variables are no reason to leave one out', () => {
  const names = Array.from({ length: 500 }, (_, i) => `v${i}`)
  expect(namesAt(`function f(${names}) { one() }`, 'one')).toHaveLength(501)
})

test('asm.js has sites: where V8 runs it as JavaScript it stops there', () => {
  expect(
    namesAt("function f() { 'use asm'; function g(a) { a = a | 0; return a } return { g: g } }", 'a = a'),
  ).toContain('a parameter')
})

test('the body of with has no sites, nor have functions made in it: any name there asks the object', () => {
  const startsOf = (source: string) => surveyed(source).sites.map(({ position }) => source.slice(position.column))
  expect(startsOf('with (o) { one(() => { two() }) }')).toEqual(['with (o) { one(() => { two() }) }'])
})

test('where weaving gives up its depth, sites go on', () => {
  expect(surveyed(`x = ${'a => '.repeat(300)}a`)).toMatchObject({ skipped: [] })
  expect(surveyed(`x = ${'a => '.repeat(300)}a`).sites).toHaveLength(301)
})

test('a text that does not parse says so, one without statements has no sites', () => {
  expect(surveySites('let let', { format: 'module' })).toMatchObject({ status: 'untouched', reason: 'syntax_error' })
  expect(surveyed('').sites).toEqual([])
})

test('one accessor reads every variable, by slot', () => {
  const [site] = surveyed('function f(a) { one(a) }').sites
  const accessor = (slot: number) => ['the receiver', 7][slot]
  expect(readVariables(site!, [accessor])).toEqual([
    { name: 'this', scope: 'this', value: 'the receiver' },
    { name: 'a', scope: 'parameter', value: 7 },
  ])
})

test('no site where a debugger would change the program: before super, and on a class declaration', () => {
  const source = 'class B extends A { constructor() { one(); super(); two(); () => three() } m() { four() } }'
  const { sites } = surveyed(source)
  expect(sites.map(({ position }) => source.slice(position.column).split(/\W/)[0])).toEqual([
    'two',
    '',
    'three',
    'four',
  ])
})
