import { createManualTimers } from '@lightrun/core/testing'
import { expect, test } from 'vitest'
import { MIN_NEW_MODULES, WRITE_AFTER_MS, withCompiledCode } from './compiled-code.ts'

function setUp({ env = {}, directory = () => '/cache' as string | undefined } = {}) {
  const events: string[] = []
  const timers = createManualTimers()
  const cache = withCompiledCode(
    { get: () => undefined, put: () => {} },
    {
      module: {
        enableCompileCache: (path) => events.push(path),
        flushCompileCache: () => void events.push('written'),
      },
      directory,
      env,
      after: timers.after,
    },
  )
  const weave = (modules: number) => {
    for (let n = 0; n < modules; n++) {
      cache.get('key')
      cache.put('key', { status: 'unwoven', format: 'module', reason: 'nothing_to_weave', message: '' })
    }
  }
  return { events, timers, cache, weave }
}

test("V8's cache is turned on with the first module, in ours", () => {
  const { cache, events } = setUp()
  expect(events).toEqual([])
  cache.get('key')
  cache.get('key')
  expect(events).toEqual(['/cache/v8'])
})

test('it stays off where coverage is measured, and where there is no place for it', () => {
  for (const { cache, events } of [
    setUp({ env: { NODE_V8_COVERAGE: '/tmp' } }),
    setUp({ directory: () => undefined }),
  ]) {
    cache.get('key')
    expect(events).toEqual([])
  }
})

test('many new modules are written once the start is over; the next start has none', async () => {
  const { weave, events, timers } = setUp()
  weave(MIN_NEW_MODULES)
  await timers.advance(WRITE_AFTER_MS - 1)
  weave(1)
  await timers.advance(WRITE_AFTER_MS - 1)
  expect(events).toEqual(['/cache/v8'])
  await timers.advance(1)
  expect(events).toEqual(['/cache/v8', 'written'])
  await timers.advance(10 * WRITE_AFTER_MS)
  expect(events).toHaveLength(2)
})

test('a few are left to the exit', async () => {
  const { weave, timers } = setUp()
  weave(MIN_NEW_MODULES - 1)
  expect(timers.waiting).toEqual([])
})
