import { expect, it } from 'vitest'
import { isHeapScarce } from './heap.ts'

const MIB = 1024 * 1024
const isScarce = (used: number, limit: number) =>
  isHeapScarce({ used_heap_size: used * MIB, heap_size_limit: limit * MIB })

it('a large heap is scarce when less than a tenth is left', () => {
  expect([isScarce(1_800, 2_000), isScarce(1_801, 2_000)]).toEqual([false, true])
})

it('a small heap is scarce when less is left than V8 needs for young objects, and then some', () => {
  expect([isScarce(48, 112), isScarce(49, 112)]).toEqual([false, true])
})
