import { describe, expect, it } from 'vitest'
import { placeAll } from './place-all.ts'
import { createPlacement } from './placement.ts'

function counted() {
  const live = { count: 0 }
  const put = () => {
    live.count++
    return { [Symbol.dispose]: () => void live.count-- }
  }
  return { live, put }
}

describe('a placement', () => {
  it('leaves and comes back, once each, and never after its end', () => {
    const { live, put } = counted()
    const placement = createPlacement(put)
    const seen = [live.count]
    for (const step of ['suspend', 'suspend', 'resume', 'resume'] as const) {
      placement[step]()
      seen.push(live.count)
    }
    placement[Symbol.dispose]()
    placement.resume()
    expect([...seen, live.count]).toEqual([1, 0, 0, 1, 1, 0])
  })

  it('of several is all or none', () => {
    const { live, put } = counted()
    const place = (item: number) => {
      if (item === 3) throw new Error('no place')
      return put()
    }
    expect(() => placeAll([1, 2, 3, 4], place)).toThrow('no place')
    expect(live.count).toBe(0)
    const placed = placeAll([1, 2], place)
    expect(live.count).toBe(2)
    placed[Symbol.dispose]()
    expect(live.count).toBe(0)
  })
})
