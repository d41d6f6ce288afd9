import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createContext, runInContext } from 'node:vm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Woven } from '../src/contract.ts'
import { readVariables } from '../src/read-variables.ts'
import { type CellFunction, watchCalls } from '../src/watch-calls.ts'
import { weaveText } from '../src/weave.ts'
import { randomProgram } from './differential/random-program/random-program.ts'

// What a probe tells from what the probes before it passed must be what it would have told by itself. A program is woven both ways, with every
// site armed, and must tell the same story.

const numRuns = Number(process.env.RUNS ?? 250)
const LONGEST = 3_000
const ENDLESS_MS = 500

// Promises that programs reject and nobody looks at are theirs.
const listeners = process.listeners('unhandledRejection')
const ignore = () => {}
beforeAll(() => void process.removeAllListeners('unhandledRejection').on('unhandledRejection', ignore))
afterAll(async () => {
  // They are told of after the last test.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', ignore)
  for (const listener of listeners) process.on('unhandledRejection', listener)
})

type IsArmed = (index: number) => boolean
const EVERY: IsArmed = () => true
const oneIn =
  (step: number, rest: number): IsArmed =>
  (index) =>
    index % step === rest

/** Runs the source with sites armed. Values are told by what they are; objects by the order in which they were first met. */
function story(source: string, together: boolean, isArmed: IsArmed): { told: string[]; ended: boolean } {
  const woven = weaveText(source, { filename: 'story.js', format: 'commonjs' }, together)
  const told: string[] = []
  if (woven.status !== 'woven') return { told, ended: true }
  const met = new Map<unknown, number>()
  const say = (value: unknown) => {
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') {
      // Columns in stack traces are those of the woven text.
      return String(value).replaceAll(/:\d+:\d+/g, '')
    }
    if (!met.has(value)) met.set(value, met.size)
    return `#${met.get(value)}`
  }
  const sites = [...woven.sites, ...woven.exitSites]
  const cells = armed(woven, isArmed, (index, args) => {
    if (told.length >= LONGEST) return
    const readings = readVariables(sites[index]!, args).map(({ name, value }) => `${name}=${say(value)}`)
    told.push(`${index} ${readings.join()}`)
  })
  const console = { log() {}, error() {} }
  // What a program leaves behind for later runs here, too, or not at all.
  const context = createContext({ console, ...cells }, { microtaskMode: 'afterEvaluate' })
  try {
    const text = `(function (exports, module) {${woven.code}\n}).call({}, {}, {})`
    runInContext(text, context, { timeout: ENDLESS_MS })
  } catch (error) {
    if ((error as { code?: string } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { told, ended: false }
    told.push('threw')
  }
  return { told, ended: true }
}

function armed(
  woven: Woven,
  isArmed: IsArmed,
  onPass: (index: number, args: readonly unknown[]) => void,
): Record<string, CellFunction | undefined> {
  const sites = [...woven.sites, ...woven.exitSites]
  return Object.fromEntries(
    woven.cells.map((cell) => {
      const own = sites.filter((site) => site.cell === cell)
      if (own[0] === undefined) return [cell, undefined]
      const asked = own.filter(({ index }) => isArmed(index))
      const byNumber = new Map(asked.map((site) => [site.number, site.index]))
      const passAt = (number: number) => {
        const index = byNumber.get(number)
        return index === undefined ? undefined : (args: readonly unknown[]) => onPass(index, args)
      }
      return [cell, watchCalls(own[0].shared, { passAt, sites: [...byNumber.keys()] })]
    }),
  )
}

/** Runs it both ways; how much was told. */
function compare(source: string, name = '', isArmed = EVERY): number {
  const apart = story(source, false, isArmed)
  const together = story(source, true, isArmed)
  const length = Math.min(apart.told.length, together.told.length)
  expect(together.told.slice(0, length), name).toEqual(apart.told.slice(0, length))
  if (apart.ended && together.ended) expect(together.told.length, name).toBe(apart.told.length)
  return length
}

test.each([
  [
    'a loop changes what was passed before it',
    'function f(n) { let a = 0; while (n--) { g(a); a++; g(a) } return a } f(3)',
  ],
  ['a branch', 'function f(n) { let a = 0; if (n) { a = 1 } else { g() } g(a); return a } f(0); f(1)'],
  ['a branch that leaves', 'function f(n) { let a = 0; if (n) { a = 1; g(a) } else return a; g(a) } f(0); f(1)'],
  [
    'a jump out of a block',
    'function f(n) { let a = 0; out: { if (n) { a = 1; break out } a = 2; g(a) } g(a) } f(0); f(1)',
  ],
  [
    'a switch that falls through',
    'function f(n) { let a = 0; switch (n) { case 0: a = 1; case a: a = 3; g(a); break; default: g(a) } g(a) } f(0); f(1); f(3)',
  ],
  [
    'an error in the middle',
    'function f() { let a = 0; try { a = 1; g.x.y; a = 2 } catch (e) { g(a) } finally { g(a); a++ } g(a) } f()',
  ],
  ['a closure that assigns', 'function f() { let a = 0; const h = () => { a++ }; h(); g(a); h(); g(a); g(a) } f()'],
  ['a call of itself in between', 'function f(n) { let a = n; if (n) f(n - 1); g(a); g(n) } f(3)'],
  [
    'names that hide each other',
    'function f(a) { g(a); { let a = 5; g(a); a++; g(a) } g(a); a = 7; { let a = 8; g(a) } g(a) } f(1)',
  ],
  ['a variable of each turn', 'function f() { for (let i = 0; i < 3; i++) { let x; g(x); x = i; g(x) } } f()'],
  [
    'parameters behind arguments',
    'function f(a) { g(a); arguments[0] = 9; g(a); h(arguments); g(a) } function h(o) { o[0]++ } f(1)',
  ],
  ['eval', 'function f(a) { g(a); eval("a = 2"); g(a); (() => eval("a++"))(); g(a) } f(1)'],
  [
    'a function of a block',
    'function f() { g(h); for (let i = 0; i < 2; i++) { g(h); function h() {} g(h); h = i; g(h) } g(h) } var h; f()',
  ],
  [
    'assignments in expressions',
    'function f(a, b) { g(a), [a, { b } = {}] = [1, { b: 2 }]; g(a, b); (a) = 3; g(a); for (a of [4, 5]) g(a); (b)++; g(b); a &&= 0; g(a) } f()',
  ],
  [
    'a constructor that derives',
    'class A { constructor(x) { this.x = x } } class B extends A { constructor(x) { g(x); super(x); g(x); this.y = x } } new B(1)',
  ],
  [
    'variables around a function',
    'function f(a) { let b = a; function h(c) { g(a); b++; { const b = 1; g(b) } g(b, c) } h(1); h(2); g(b) } f(1)',
  ],
  ['a block that hides what is around', 'function f(a) { return function () { { const a = 1; g(a) } g(a) } } f(1)()'],
  ['with', 'function f(a, o) { with (o) { a = 5; b = 6 } g(a); var b; g(b) } f(1, { b: 1 }); f(1, { a: 1 })'],
  ['what catches hide', 'function f() { var e = 1; try { throw 2 } catch (e) { g(e); var e = 3; g(e) } g(e) } f()'],
  [
    'an initialiser of a field',
    'function f() { let a = 0; class C { x = a++; static { a += 5 } }; new C(); g(a); new C(); g(a) } f()',
  ],
])('%s', (_, source) => {
  const program = `${source}; function g() {}`
  expect(compare(program)).toBeGreaterThan(2)
  // Of one line alone, what others bring must be brought all the same.
  const sites = weaveText(program, { filename: 'story.js', format: 'commonjs' }, true)
  const count = sites.status === 'woven' ? sites.sites.length + sites.exitSites.length : 0
  for (let only = 0; only < count; only++) compare(program, `site ${only}`, (index) => index === only)
})

test('samples', () => {
  const folder = new URL('../samples/', import.meta.url)
  let told = 0
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const file of readdirSync(new URL(`${name}/`, folder)).filter((each) => /\.c?js$/.test(each))) {
      const source = readFileSync(new URL(`${name}/${file}`, folder), 'utf8')
      told += compare(source, `${name}/${file}`)
      for (let rest = 0; rest < 7; rest++) compare(source, `${name}/${file}, ${rest} of 7`, oneIn(7, rest))
    }
  }
  expect(told).toBeGreaterThan(500)
})

test('random programs', { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(0xffff), { minLength: 20, maxLength: 400, size: 'max' }),
      fc.integer({ min: 2, max: 20 }),
      fc.nat(19),
      (tape, step, rest) => {
        const program = randomProgram(tape, false)
        compare(program)
        compare(program, `one site in ${step}`, oneIn(step, rest % step))
      },
    ),
    { numRuns },
  )
})

test('a library at work', () => {
  const require = createRequire(import.meta.url)
  const text = readFileSync(require.resolve('acorn'), 'utf8')
  const program = `${text}; exports.parse('a: for (let i of [1]) { class A extends B { #x = i ** 2; get y() { return this.#x } } }', { ecmaVersion: 2022 })`
  expect(compare(program)).toBeGreaterThan(1_000)
  expect(compare(program, 'one site in 5', oneIn(5, 3))).toBeGreaterThan(1_000)
})
