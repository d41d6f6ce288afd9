import { expect, test } from 'vitest'
import type { Weaving } from '../weaver.ts'
import { cachedWeaver } from './cached-weaver.ts'
import type { WovenCache } from './woven-cache.ts'

function setUp(version = '1', entries = new Map<string, Weaving>()) {
  const asked: string[] = []
  const cache: WovenCache = { get: (key) => entries.get(key), put: (key, weaving) => void entries.set(key, weaving) }
  const weaver = cachedWeaver(
    (text, path, format = 'commonjs') => {
      asked.push(`${path} ${text}`)
      return text === 'deep'
        ? { status: 'unwoven', format, reason: 'too_deep', message: '' }
        : { status: 'woven', format, code: text.toUpperCase(), cells: [] }
    },
    cache,
    () => version,
  )
  return { weaver, asked, entries }
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
