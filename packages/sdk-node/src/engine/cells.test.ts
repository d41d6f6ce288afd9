import { runInThisContext } from 'node:vm'
import { weave } from '@lightrun/instrument'
import { describe, expect, it, vi } from 'vitest'
import { createCells } from './cells.ts'

describe('cells', () => {
  it('are dormant, invisible to enumeration, and defined once', () => {
    const global = {}
    const cells = createCells(global)
    cells.define('$lr_a_1')
    cells.define('$lr_a_1')
    expect(Object.keys(global)).toEqual([])
    expect(Object.getOwnPropertyDescriptor(global, '$lr_a_1')).toMatchObject({ value: undefined, configurable: true })
  })

  it('call the hit of the armed site alone, with the arguments after the site number', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    const hit = vi.fn()
    cells.arm('$lr_a_1', 3, hit)
    const cell = global.$lr_a_1 as (site: number, ...args: unknown[]) => void
    cell(2, 'no')
    cell(3, 'a', 'b')
    expect(hit.mock.calls).toEqual([[['a', 'b']]])
  })

  it('serve several probes on one site and on several sites of one function', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    const order: string[] = []
    const first = cells.arm('c', 1, () => order.push('first'))
    cells.arm('c', 1, () => order.push('second'))
    cells.arm('c', 2, () => order.push('other'))
    const pass = (site: number) => (global.c as (site: number) => void)(site)
    pass(1)
    pass(2)
    first?.[Symbol.dispose]()
    pass(1)
    expect(order).toEqual(['first', 'second', 'other', 'second'])
  })

  it('become dormant, with a fresh property, when the last probe leaves; leaving twice is harmless', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    cells.define('c')
    const probe = cells.arm('c', 1, () => {})
    const deleteProperty = vi.spyOn(Reflect, 'deleteProperty')
    probe?.[Symbol.dispose]()
    probe?.[Symbol.dispose]()
    expect(deleteProperty).toHaveBeenCalledTimes(1)
    deleteProperty.mockRestore()
    expect(Object.hasOwn(global, 'c')).toBe(true)
    expect(global.c).toBeUndefined()
    expect(cells.armed).toBe(0)
  })

  it('serve a call that has begun to its end: what leaves is not hit again, what stays and what comes is', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    const seen: string[] = []
    const first = cells.arm('c', 1, () => seen.push('first'))
    const second = cells.arm('c', 2, () => seen.push('second'))
    const found = global.c as (site: number) => void
    found(1)
    first?.[Symbol.dispose]()
    found(1)
    found(2)
    const third = cells.arm('c', 3, () => seen.push('third'))
    found(3)
    second?.[Symbol.dispose]()
    third?.[Symbol.dispose]()
    for (const site of [1, 2, 3]) found(site)
    expect(seen).toEqual(['first', 'second', 'third'])
  })

  it('can leave from inside their own hit', () => {
    const global: Record<string, unknown> = {}
    const cells = createCells(global)
    let hits = 0
    const probe = cells.arm('c', 1, () => {
      hits++
      probe?.[Symbol.dispose]()
    })
    ;(global.c as (site: number) => void)(1)
    expect([hits, global.c]).toEqual([1, undefined])
  })

  it('say that a frozen global object refuses them', () => {
    const cells = createCells(Object.freeze({}))
    expect(() => cells.define('c')).not.toThrow()
    expect(cells.arm('c', 1, () => {})).toBeUndefined()
  })

  it('are what woven code looks at', () => {
    const woven = weave('function f(a) {\n  return a + 1\n}\nf(41)\n', { filename: '/f.js', format: 'commonjs' })
    if (woven.status !== 'woven') throw new Error(woven.message)
    const cells = createCells(globalThis)
    const site = woven.sites.find((each) => each.position.line === 1)
    if (site === undefined) throw new Error('no site on line 2')
    const seen: unknown[] = []
    const probe = cells.arm(site.cell, site.index, (args) =>
      seen.push(args[site.variables.findIndex((v) => v.name === 'a')]),
    )
    const run = () => runInThisContext(`(function(){${woven.code}})()`)
    run()
    probe?.[Symbol.dispose]()
    run()
    expect(seen).toEqual([41])
  })
})
