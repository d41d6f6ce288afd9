import { afterEach, expect, test } from 'vitest'
import { readVariables, UNAVAILABLE, watchCalls, weave } from './index.ts'

const cells: string[] = []
afterEach(() => {
  for (const cell of cells.splice(0)) Reflect.deleteProperty(globalThis, cell)
})

/** Runs the source with every site armed. By the text a statement begins with: what its passes saw of variables from around it. */
function seen(source: string, isArmed = true): (text: string) => unknown[] {
  const woven = weave(source, { filename: `${Math.random()}`, format: 'commonjs' })
  if (woven.status !== 'woven') throw new Error(woven.message)
  const passes: { at: number; outside: Record<string, unknown> }[] = []
  for (const cell of woven.cells) {
    cells.push(cell)
    const own = woven.sites.filter((site) => site.cell === cell)
    const passAt = (number: number) => (args: readonly unknown[]) => {
      const site = own.find((each) => each.number === number)
      const outside = site && readVariables(site, args).filter(({ scope }) => scope === 'closure' || scope === 'module')
      if (outside) {
        passes.push({
          at: site.position.column,
          outside: Object.fromEntries(
            outside.filter(({ value }) => typeof value !== 'function').map(({ name, value }) => [name, value]),
          ),
        })
      }
    }
    const value =
      own.length > 0 && isArmed
        ? watchCalls(own[0]?.shared, { passAt, sites: own.map(({ number }) => number) })
        : undefined
    Object.defineProperty(globalThis, cell, { value, writable: true, configurable: true })
  }
  new Function(woven.code)()
  return (text) => passes.filter(({ at }) => at === source.indexOf(text)).map(({ outside }) => outside)
}

test('variables of the module and of all around are read when they are asked for', () => {
  const at = seen(
    'let m = 1; (function () { let a = 2; (() => { let b = 3; const f = function () { m++; a++; b++ }; f(); f() })() })()',
  )
  expect(at('m++')).toEqual([
    { m: 1, a: 2, b: 3 },
    { m: 2, a: 3, b: 4 },
  ])
  expect(at('b++')).toEqual([
    { m: 2, a: 3, b: 3 },
    { m: 3, a: 4, b: 4 },
  ])
})

test('a variable that is not initialised yet is unavailable', () => {
  const at = seen('(function () { f(); let a = 1; f(); function f() { g(() => a); g(a => a) } function g() {} })()')
  expect(at('g(() => a)')).toEqual([{ a: UNAVAILABLE }, { a: 1 }])
})

test('each call of a function has variables of its own', () => {
  const many = Array.from({ length: 8 }, (_, i) => `function g${i}() { own(a); own(a) }`).join(' ')
  const at = seen(
    `function make(a) { ${many} return g0 } const [one, two] = [make(1), make(2)]; one(); two(); one(); function own() {}`,
  )
  expect(at('own(a)')).toEqual([{ a: 1 }, { a: 2 }, { a: 1 }])
})

test('a name that a block hides is not what is around', () => {
  const at = seen('(function () { let a = 1; (() => { { let a = 2; f(a) } f(a + 1); f() })(); function f() {} })()')
  expect(at('f(a) }')).toEqual([{}])
  expect(at('f(a + 1)')).toEqual([{ a: 1 }])
})

test.each([true, false])(
  'a function that is made again of its text runs, armed (%s), without what was around it',
  (isArmed) => {
    const at = seen(
      `(function () {
let a = 1; const f = function (b) { if (b) return 5; return a }
globalThis.made = new Function('return ' + f)()(true) + f(true)
})()`,
      isArmed,
    )
    expect(Reflect.get(globalThis, 'made')).toBe(10)
    Reflect.deleteProperty(globalThis, 'made')
    expect(at('never')).toEqual([])
  },
)
