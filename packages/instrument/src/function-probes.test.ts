import { spawnSync } from 'node:child_process'
import { compileFunction } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { MIN_LEAVE_LENGTH, readOutcome, UNAVAILABLE, type WovenFunction, watchCalls, weave } from './index.ts'

const cells: string[] = []
afterEach(() => {
  for (const cell of cells.splice(0)) Reflect.deleteProperty(globalThis, cell)
})

/** Makes what the source returns, with every function probe armed; `events` tells what they saw. */
function armed(source: string): { value: unknown; events: string[]; functions: readonly WovenFunction[] } {
  const woven = weave(source, { filename: `${Math.random()}`, format: 'commonjs' })
  if (woven.status !== 'woven') throw new Error(woven.message)
  const events: string[] = []
  for (const cell of woven.cells) {
    cells.push(cell)
    const own = woven.functions.filter((fn) => fn.cell === cell && fn.kind !== 'module')
    const { shared } = own[0]?.entry ?? {}
    const passAt = (number: number) => (args: readonly unknown[]) => {
      for (const { name, entry, exits, leave } of own) {
        if (entry?.number === number) events.push(`${name} begins`)
        for (const exit of exits) {
          if (exit.site.number === number) events.push(`${name} ${exit.kind}s ${show(readOutcome(exit, args))}`)
        }
        if (leave?.number === number) events.push(`${name} ends`)
      }
    }
    const value = watchCalls(shared, { passAt, sites: shared?.passes.map((_, number) => number) ?? [] })
    Object.defineProperty(globalThis, cell, { value, writable: true, configurable: true })
  }
  return { value: compileFunction(woven.code)(), events, functions: woven.functions }
}

function show(value: unknown): string {
  if (value === UNAVAILABLE) return 'something'
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  return value instanceof Error ? value.message : (JSON.stringify(value) ?? String(value))
}

const LONG = `/* ${'long enough '.repeat(MIN_LEAVE_LENGTH / 11)} */`

describe('entry, and what is returned', () => {
  test.each([
    ['a variable', 'function f(a) { a++; return a } f(1)', 'f returns 2'],
    ['an expression', 'function f(a) { a++; return a + 1 } f(1)', 'f returns 3'],
    ['a literal', 'function f() { g(); return "done" } const g = () => 0; f()', 'f returns "done"'],
    ['nothing', 'function f(a) { if (a) return; } f(1)', 'f returns undefined'],
    ['the end', 'function f(a) { a++ } f(1)', 'f returns undefined'],
    ['undefined by name', 'function f(a) { return undefined } f(1)', 'f returns undefined'],
    ['what minifiers write', 'function f(a) { if (a) return !0 } f(1)', 'f returns true'],
    ['this', '({ f() { return this }, v: 1 }).f()', 'f returns {"v":1}'],
    ['a closure variable', 'function g(a) { return function f() { return a } } g(7)()', 'f returns 7'],
    ['a module variable', 'let a = 7; function f() { return a } f()', 'f returns 7'],
    ['a sequence', 'function f(a) { a++; return a, [a, 1].concat(3) } f(1)', 'f returns [2,1,3]'],
  ])('%s', (_, source, expected) => {
    const { events } = armed(source)
    expect(events.filter((event) => event.startsWith('f '))).toEqual(['f begins', expected])
  })

  test('an arrow function with an expression', () => {
    const { events } = armed('const f = (a) => ({ sum: a + 1, more: a + 2, again: a + 3, last: a + 4 }); f(1)')
    expect(events).toEqual(['f begins', 'f returns {"sum":2,"more":3,"again":4,"last":5}'])
  })

  test('getters, setters, constructors and methods', () => {
    const { events } = armed(
      `class K extends Array { constructor() { super(); this.x = 1 } get g() { return this.x ${LONG} } set s(v) { this.x = v } static m() { return 5 } }; const k = new K(); k.g; k.s = 2; K.m()`,
    )
    expect(events).toEqual([
      'K begins',
      'K returns undefined',
      'g begins',
      'g returns 1',
      'g ends',
      's begins',
      's returns undefined',
      'm begins',
      'm returns 5',
    ])
  })

  test('an anonymous function that is returned stays so', () => {
    const { value } = armed(`function f(a) { a++; return (function () {}) ${LONG} } return f(1).name`)
    expect(value).toBe('')
  })
})

describe('what is thrown', () => {
  test('a value of its own, and that it ended', () => {
    const { events } = armed(`function f(a) { throw new TypeError("no " + a) ${LONG} } try { f(1) } catch {}`)
    expect(events).toEqual(['f begins', 'f throws no 1', 'f ends'])
  })

  test.each([
    ['function', 'function f() { throw new Error("x") } try { f() } catch {}'],
    ['arrow function', 'const f = () => { throw new Error("x") }; try { f() } catch {}'],
    ['asynchronous function', 'async function f() { throw new Error("x") } f().catch(() => {})'],
    ['method', 'const o = { f() { throw new Error("x") } }; try { o.f() } catch {}'],
  ])('by a function that does nothing else, however small: %s', (_, source) => {
    const { events, functions } = armed(source)
    expect(events.filter((event) => event !== 'f ends')).toEqual(['f begins', 'f throws x'])
    expect(functions.find(({ name }) => name === 'f')?.unseenReturns).toBe(false)
  })

  test('a variable, caught before and thrown again', () => {
    const { events } = armed('function f() { try { null.x } catch (e) { throw e } } try { f() } catch {}')
    expect(events).toEqual(['f begins', expect.stringMatching(/^f throws Cannot read/)])
  })

  test('not what the function catches itself', () => {
    const { events } = armed('function f() { try { throw 1 } catch { } } f()')
    expect(events).toEqual(['f begins', 'f returns undefined'])
  })

  test('the error of another function ends it without an exit of its own', () => {
    const { events } = armed(`function f(a) { JSON.parse(a); return 1 ${LONG} } try { f("{") } catch {}`)
    expect(events).toEqual(['f begins', 'f ends'])
  })

  test('a small function does not tell of it', () => {
    const { functions } = armed('function f(a) { return JSON.parse(a) } f("1")')
    expect(functions[1]!.leave).toBeUndefined()
  })
})

test('asynchronous functions end when they settle', async () => {
  const { value, events } = armed(
    'async function f(a) { await null; return await a } async function g() { await Promise.reject(1) } return Promise.allSettled([f(5), g()])',
  )
  await value
  expect(events.filter((event) => event.startsWith('f'))).toEqual(['f begins', 'f returns 5', 'f ends'])
  expect(events.filter((event) => event.startsWith('g'))).toEqual(['g begins', 'g ends'])
})

test('generators begin when resumed, and end when closed', () => {
  const { events } = armed('function* f() { yield 1; yield 2; return 3 } for (const x of f()) break; [...f()]; f()')
  expect(events).toEqual(['f begins', 'f ends', 'f begins', 'f returns 3', 'f ends'])
})

test('a finally that returns has the last word', () => {
  const { value, events } = armed(`function f() { try { return 1 } finally { return 2 } ${LONG} } return f()`)
  expect(value).toBe(2)
  expect(events).toEqual(['f begins', 'f returns 1', 'f returns 2', 'f ends'])
})

describe('a body becomes a block only where that means the same', () => {
  test.each([
    ['two functions of a name', 'function f() { function g() {} function g() {} return 5 }'],
    ['a function and a variable', 'function f() { var g; function g() {} return 5 }'],
    ['a function and a parameter', 'function f(g) { function g() {} return 5 }'],
    ['a function called arguments', 'function f() { function arguments() {} return 5 }'],
    ['a function that a block reassigns', 'function f() { function g() {} { function g() {} } return 5 }'],
    ['eval beside a function', 'function f() { function g() {} eval("var g"); return 5 }'],
  ])('%s', (_, source) => {
    const { value, functions } = armed(`${source.replace('return', `${LONG} return`)} return f()`)
    expect(value).toBe(5)
    expect(functions[1]!.leave).toBeUndefined()
  })

  test('functions with names of their own may be in it', () => {
    const { value, functions } = armed(`function f() { return g(); function g() { return 5 } ${LONG} } return f()`)
    expect(value).toBe(5)
    expect(functions[1]!.leave).toBeDefined()
  })
})

describe('an uncaught error is reported with the line of its throw', () => {
  test.each([
    ['thrown here', "if (x) throw Object.assign(\n  new Error('no'),\n  {},\n)"],
    ['thrown by the engine', 'const y = x\n.a.b'],
    ['a variable', 'try { null.x } catch (e) {\nthrow e\n}'],
  ])('%s', (_, statement) => {
    const source = `const x = 1\nfunction f() {\n${LONG}\n${statement}\nreturn x + 1\n}\nf()\n`
    const woven = weave(source, { filename: 'uncaught.js', format: 'commonjs' })
    if (woven.status !== 'woven') throw new Error(woven.message)
    expect(reportedLine(woven.code)).toBe(reportedLine(source))
    expect(reportedLine(source)).toMatch(/:[45]$/)
  })

  function reportedLine(code: string): string {
    const { stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
    return stderr.split('\n')[0]!
  }
})

test('a function too small for a probe at its return says so', () => {
  const { functions } = armed(
    'const f = (a) => a.id, g = (a) => a; function h(a) { return a + 1 } function i(a) { a++; return a + 1 }',
  )
  expect(functions.map(({ name, unseenReturns }) => `${name} ${unseenReturns}`)).toEqual([
    ' false',
    'f true',
    'g false',
    'h true',
    'i false',
  ])
})
