import { expect, test } from 'vitest'
import type { Weaving, WovenText } from '../weaver.ts'
import { cachedWeaver } from './cached-weaver.ts'
import type { WovenCache } from './woven-cache.ts'

function setUp(version = '1', entries = new Map<string, Weaving>()) {
  const asked: string[] = []
  const later: (() => void)[] = []
  const cache: WovenCache = { get: (key) => entries.get(key), put: (key, weaving) => void entries.set(key, weaving) }
  const weaver = cachedWeaver(
    (text, path, format = 'commonjs') => {
      asked.push(`${path} ${text}`)
      return text === 'deep'
        ? { status: 'unwoven', format, reason: 'too_deep', message: '' }
        : {
            status: 'woven',
            format,
            code: text.toUpperCase(),
            cells: [],
            ...(text === 'alone' && { standsAlone: true }),
          }
    },
    cache,
    () => version,
    (work) => void later.push(work),
  )
  return { weaver, asked, entries, later }
}

test('weaves a text once', () => {
  const { weaver, asked, entries } = setUp()
  const first = weaver('a', '/a.js', 'commonjs')
  expect(weaver('a', '/a.js', 'commonjs')).toEqual(first)
  const later = setUp('1', entries)
  expect([later.weaver('a', '/a.js', 'commonjs'), asked, later.asked]).toEqual([first, ['/a.js a'], []])
})

test('path, format, text and version of the weaver each make another key', () => {
  const { weaver, entries } = setUp()
  weaver('a', '/a.js', 'commonjs')
  weaver('b', '/a.js', 'commonjs')
  weaver('a', '/b.js', 'commonjs')
  weaver('a', '/a.js', 'module')
  weaver('a', '/a.js', undefined)
  setUp('2', entries).weaver('a', '/a.js', 'commonjs')
  expect(entries.size).toBe(6)
})

test('a failure that hangs on the stack is not remembered', () => {
  const { weaver, entries } = setUp()
  weaver('deep', '/a.js', 'commonjs')
  expect(entries.size).toBe(0)
})

test('texts that differ in halves of surrogate pairs are not mixed up', () => {
  const { weaver, asked } = setUp()
  weaver('"\ud800"', '/a.js', 'commonjs')
  weaver('"\ud801"', '/a.js', 'commonjs')
  expect(asked).toHaveLength(2)
})

test('what V8 made of a text that stands alone is kept with it, when there is time', () => {
  const { weaver, entries, later } = setUp()
  const made = weaver('alone', '/a.js', 'commonjs') as WovenText
  made.keep?.(() => Buffer.from('code'))
  const another = setUp('1', entries)
  expect(another.weaver('alone', '/a.js', 'commonjs')).not.toHaveProperty('compiled')
  for (const work of later) work()
  expect(another.weaver('alone', '/a.js', 'commonjs')).toMatchObject({ code: 'ALONE', compiled: Buffer.from('code') })
  expect(another.asked).toEqual([])
  expect(weaver('a', '/a.js', 'commonjs')).not.toHaveProperty('keep')
})
