import { AsyncLocalStorage, executionAsyncResource } from 'node:async_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { keepTickShape } from './tick-shape.ts'

const nextTick = process.nextTick.bind(process)
const aTick = () => new Promise<object>((resolve) => nextTick(() => resolve(executionAsyncResource())))

setFlagsFromString('--expose-gc')
setFlagsFromString('--allow-natives-syntax')
const collect = runInNewContext('gc') as () => void
const haveSameShape = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (a: object, b: object) => boolean

describe('keepTickShape', () => {
  it('keeps an object of the shape that ticks have, however often the heap is collected', async () => {
    const shape = keepTickShape(nextTick)
    await aTick()
    for (let time = 0; time < 5; time++) collect()
    expect(haveSameShape(shape.kept ?? {}, await aTick())).toBe(true)
  })

  it('keeps nothing of the application: a tick with a store is let go', async () => {
    const storage = new AsyncLocalStorage<object>()
    const shape = await storage.run({ request: 1 }, async () => {
      const begun = keepTickShape(nextTick)
      await aTick()
      return begun
    })
    expect(shape.kept).toBeUndefined()
  })

  it('ends nothing where a built-in function throws', async () => {
    const original = Object.getOwnPropertySymbols
    const shape = keepTickShape(nextTick)
    Object.getOwnPropertySymbols = () => {
      throw new Error('not here')
    }
    try {
      await aTick()
    } finally {
      Object.getOwnPropertySymbols = original
    }
    expect(shape.kept).toBeUndefined()
  })
})
