import { runInThisContext } from 'node:vm'
import { readVariables, watchCalls, weave } from '@lightrun/instrument'
import { describe, expect, it, vi } from 'vitest'
import { createCells, type WatchWith } from './cells.ts'

/** Of functions whose probes stand for themselves. */
const alone: WatchWith = (watch) => watchCalls(undefined, watch)

describe('cells', () => {
  it('are dormant, invisible to enumeration, and defined once', () => {
    const global = {}
    const cells = createCells(global)
    cells.define(['$lr_a_0', '$lr_a_1'])
    cells.define(['$lr_a_0', '$lr_a_1'])
    expect(Object.keys(global)).toEqual([])
    expect(Object.getOwnPropertyDescriptor(global, '$lr_a_1')).toMatchObject({ value: undefined, configurable: true })
  })

  it('call the hit of the armed site alone, with the arguments after the site number', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    const hit = vi.fn()
    cells.arm('$lr_a_1', 3, hit, alone)
    const cell = global.$lr_a_1 as (site: number, ...args: unknown[]) => void
    cell(2, 'no')
    cell(3, 'a', 'b')
    expect(hit.mock.calls).toEqual([[['a', 'b']]])
  })

  it('serve several probes on one site and on several sites of one function', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    const order: string[] = []
    const first = cells.arm('c', 1, () => order.push('first'), alone)
    cells.arm('c', 1, () => order.push('second'), alone)
    cells.arm('c', 2, () => order.push('other'), alone)
    const pass = (site: number) => (global.c as (site: number) => void)(site)
    pass(1)
    pass(2)
    first?.[Symbol.dispose]()
    pass(1)
    expect(order).toEqual(['first', 'second', 'other', 'second'])
  })

  it('become dormant, with a fresh property, when the last probe leaves; leaving twice is harmless', () => {
    const deleteProperty = vi.fn(Reflect.deleteProperty)
    const global: Record<string, unknown> = new Proxy({}, { deleteProperty })
    const cells = createCells(global)
    cells.define(['c'])
    const probe = cells.arm('c', 1, () => {}, alone)
    probe?.[Symbol.dispose]()
    probe?.[Symbol.dispose]()
    expect(deleteProperty).toHaveBeenCalledTimes(1)
    expect(Object.hasOwn(global, 'c')).toBe(true)
    expect(global.c).toBeUndefined()
    expect(cells.armed).toBe(0)
  })

  it('serve a call that has begun to its end: what leaves is not hit again, what stays and what comes is', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    const seen: string[] = []
    const first = cells.arm('c', 1, () => seen.push('first'), alone)
    const second = cells.arm('c', 2, () => seen.push('second'), alone)
    const found = global.c as (site: number) => void
    found(1)
    first?.[Symbol.dispose]()
    found(1)
    found(2)
    const third = cells.arm('c', 3, () => seen.push('third'), alone)
    found(3)
    second?.[Symbol.dispose]()
    third?.[Symbol.dispose]()
    for (const site of [1, 2, 3]) found(site)
    expect(seen).toEqual(['first', 'second', 'third'])
  })

  it('are all dormant at once when nothing can be relied on; who leaves later disturbs nobody who has come since', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    let hits = 0
    const count = () => void hits++
    const first = cells.arm('c', 1, count, alone)
    cells.arm('c', 2, count, alone)
    cells.arm('d', 1, count, alone)
    const begun = global.c as (site: number) => void
    const replaced = vi.spyOn(Map.prototype, 'get').mockImplementation(() => {
      throw new Error('replaced')
    })
    cells.disarmAll()
    replaced.mockRestore()
    expect([global.c, global.d, cells.armed]).toEqual([undefined, undefined, 0])
    begun(1)
    expect(hits).toBe(0)
    cells.arm('c', 1, count, alone)
    first?.[Symbol.dispose]()
    ;(global.c as (site: number) => void)(1)
    expect(hits).toBe(1)
  })

  it('can leave from inside their own hit', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    let hits = 0
    const probe = cells.arm(
      'c',
      1,
      () => {
        hits++
        probe?.[Symbol.dispose]()
      },
      alone,
    )
    ;(global.c as (site: number) => void)(1)
    expect([hits, global.c]).toEqual([1, undefined])
  })

  it('say that a frozen global object refuses them', () => {
    const cells = createCells(Object.freeze({}))
    expect(() => cells.define(['c'])).not.toThrow()
    expect(cells.arm('c', 1, () => {}, alone)).toBeUndefined()
  })

  it('are what woven code looks at', () => {
    const woven = weave('function f(a) {\n  return a + 1\n}\nf(41)\n', { filename: '/f.js', format: 'commonjs' })
    if (woven.status !== 'woven') throw new Error(woven.message)
    const cells = createCells(globalThis)
    const site = woven.sites.find((each) => each.position.line === 1)
    if (site === undefined) throw new Error('no site on line 2')
    const seen: unknown[] = []
    const onPass = (args: readonly unknown[]) =>
      seen.push(readVariables(site, args).find(({ name }) => name === 'a')?.value)
    const probe = cells.arm(site.cell, site.number, onPass, (watch) => watchCalls(site.shared, watch))
    const run = () => runInThisContext(`(function(){${woven.code}})()`)
    run()
    probe?.[Symbol.dispose]()
    run()
    expect(seen).toEqual([41])
  })
})
