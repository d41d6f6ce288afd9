import { runInNewContext } from 'node:vm'
import type { SiteVariable } from '@lightrun/instrument'
import { describe, expect, it } from 'vitest'
import { conditionFor, MAX_READABLE } from './condition.ts'
import { type Accessor, createHitFunction } from './hit-function.ts'

const variable = (name: string, slot: number): SiteVariable => ({ name, scope: 'local', access: 'module', slot })

function evaluate(condition: string, scope: object): { number: number; accessor: Accessor } {
  const seen: { number: number; accessor: Accessor }[] = []
  const h = (number: number, accessor: Accessor) => {
    seen.push({ number, accessor })
    return false
  }
  expect(runInNewContext(condition, { ...scope, h })).toBe(false)
  return seen[0] as { number: number; accessor: Accessor }
}

describe('a condition', () => {
  it('hands over one accessor, and does not hold', () => {
    const { number, accessor } = evaluate(conditionFor('h', 4, [variable('a', 0), variable('this', 1)]), { a: 'x' })
    expect([number, accessor(0)]).toEqual([4, 'x'])
    expect(accessor(1)).toBeTypeOf('object')
  })

  it('reads nothing before it is asked, and throws for what is not there', () => {
    const { accessor } = evaluate(conditionFor('h', 1, [variable('missing', 0)]), {})
    expect(() => accessor(0)).toThrow('missing')
    expect(() => accessor(9)).toThrow()
  })

  it('has the nearest variables and no more', () => {
    const variables = Array.from({ length: MAX_READABLE + 1 }, (_, slot) => variable(`v${slot}`, slot))
    const scope = Object.fromEntries(variables.map(({ name }, slot) => [name, slot]))
    const { accessor } = evaluate(conditionFor('h', 1, variables), scope)
    expect(accessor(MAX_READABLE - 1)).toBe(MAX_READABLE - 1)
    expect(() => accessor(MAX_READABLE)).toThrow()
  })
})

describe('the hit function', () => {
  const call = (global: object, number: number) => Reflect.get(global, 'h')(number, () => 1)

  it('is there while something is armed, and cannot be listed', () => {
    const global = {}
    const hitFunction = createHitFunction(global, 'h')
    expect(Object.hasOwn(global, 'h')).toBe(false)
    const first = hitFunction.add(() => {})
    const second = hitFunction.add(() => {})
    expect(Object.keys(global)).toEqual([])
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    expect(Object.hasOwn(global, 'h')).toBe(true)
    second[Symbol.dispose]()
    expect(Object.hasOwn(global, 'h')).toBe(false)
  })

  it('tells each receiver of its own passes, and nobody once it has left', () => {
    const global = {}
    const hitFunction = createHitFunction(global, 'h')
    const seen: string[] = []
    const first = hitFunction.add(() => void seen.push('first'))
    const second = hitFunction.add(() => void seen.push('second'))
    expect(call(global, second.number)).toBe(false)
    second[Symbol.dispose]()
    expect(call(global, second.number)).toBe(false)
    call(global, first.number)
    first[Symbol.dispose]()
    expect(seen).toEqual(['second', 'first'])
  })

  it('says that a frozen global object refuses it', () => {
    expect(() => createHitFunction(Object.freeze({}), 'h').add(() => {})).toThrow(
      expect.objectContaining({ code: 'cell_unavailable' }),
    )
  })
})
