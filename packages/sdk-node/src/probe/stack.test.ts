import { afterEach, describe, expect, it } from 'vitest'
import { captureStack } from './stack.ts'

const ours = (file: string) => file.endsWith('/stack.ts')

function application(limit: number) {
  return captureStack(limit, ours)
}

describe('the stack at a hit', () => {
  const before = { prepare: Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace'), limit: Error.stackTraceLimit }
  afterEach(() => {
    Reflect.deleteProperty(Error, 'prepareStackTrace')
    if (before.prepare) Object.defineProperty(Error, 'prepareStackTrace', before.prepare)
    Error.stackTraceLimit = before.limit
  })

  it('begins with the application and has the frames that were asked for', () => {
    const frames = application(2)
    expect(frames).toHaveLength(2)
    expect(frames[0]).toMatchObject({ function: 'application', file: expect.stringMatching(/stack\.test\.ts$/) })
    expect(frames[0]?.line).toBeGreaterThan(0)
  })

  it('is not kept short by the application, nor formatted by it, and leaves both settings as they were', () => {
    let called = 0
    const prepare = () => {
      called++
      return 'mine'
    }
    Error.prepareStackTrace = prepare
    Error.stackTraceLimit = 1
    expect(application(3)).toHaveLength(3)
    expect([called, Error.prepareStackTrace, Error.stackTraceLimit]).toEqual([0, prepare, 1])
  })

  it('is left out where the application put an accessor', () => {
    let called = 0
    Object.defineProperty(Error, 'prepareStackTrace', { get: () => called++, set: () => called++, configurable: true })
    expect([application(3), called]).toEqual([[], 0])
  })
})
