import { agentView } from '@lightrun/client/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolveSource } from './find-source.ts'
import { nearest } from './nearest.ts'
import { shortIds } from './short-ids.ts'

describe('short ids', () => {
  test('are the shortest beginnings that tell the ids apart', () => {
    const short = shortIds(['0190a1b2c3d4e5', '0190a1b2c3ffee', 'ffff0000ffff00', 'ffff-short'])
    expect([...short.values()]).toEqual(['0190a1b2c3d', '0190a1b2c3f', 'ffff-short', 'ffff0000'])
  })

  test('each finds its id and no other', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 8, maxLength: 16, unit: fc.constantFrom('a', 'b') }))
    fc.assert(
      fc.property(ids, (all) => {
        const short = shortIds(all)
        for (const id of all) {
          const found = all.filter((each) => each === short.get(id) || each.startsWith(short.get(id) ?? '?'))
          // An id that is the beginning of another is found by being exact.
          expect(found.length === 1 || short.get(id) === id).toBe(true)
        }
      }),
    )
  })
})

describe('a source', () => {
  const agents = [
    agentView({ id: 'abcd1111', displayName: 'shop' }),
    agentView({ id: 'abcd2222', displayName: 'abcd' }),
  ]

  test.each([
    ['shop', 'shop'],
    ['abcd', 'abcd'],
    ['abcd1', 'abcd1111'],
    ['tag:abcd1', 'tag:abcd1'],
    ['abc', 'abc'],
    ['future-service', 'future-service'],
  ])('%s is asked as %s', (written, asked) => {
    expect(resolveSource(agents, written)).toBe(asked)
  })

  test('the beginning of two ids is not guessed', () => {
    const twins = agents.map((agent) => ({ ...agent, displayName: 'shop' }))
    expect(() => resolveSource(twins, 'abcd')).toThrow('2 agents have an id that begins with "abcd"')
  })
})

test('the nearest names come first', () => {
  expect(nearest('shpo', ['mailer', 'tag:prod', 'shop'], (name) => name, 2)[0]).toBe('shop')
})
