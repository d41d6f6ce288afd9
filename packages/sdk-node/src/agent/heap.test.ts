import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { isHeapScarce, youngHeapBytes } from './heap.ts'

const MIB = 1024 * 1024
const isScarce = (used: number, limit: number, young: number) =>
  isHeapScarce({ used_heap_size: used * MIB, heap_size_limit: limit * MIB }, young * MIB)

it('a large heap is scarce when less than a tenth is left', () => {
  expect([isScarce(1_800, 2_000, 48), isScarce(1_801, 2_000, 48)]).toEqual([false, true])
})

it('a small heap is scarce when old objects have less than 16 MiB left, however many young ones V8 allows', () => {
  expect([isScarce(48, 112, 48), isScarce(49, 112, 48)]).toEqual([false, true])
  expect([isScarce(48, 256, 192), isScarce(49, 256, 192)]).toEqual([false, true])
})

it.each([
  [['--max-old-space-size=64'], 256, '13.6', 192],
  [['--max_old_space_size=64 --no-warnings', '--max-old-space-size=128'], 224, '14.6', 96],
  [['--max-semi-space-size=8'], 1_024, '11.3', 24],
  [['--max-old-space-size=0', '--max-semi-space-size', '1'], 1_024, '11.3', 3],
  [['--no-warnings', ''], 4_144, '11.3.244.8-node.38', 48],
  [[], 4_144, '12.4', 48],
  [[], 4_288, '13.6', 192],
  [[], 4_192, '14.6', 96],
])('young objects under %j, in a heap of %i MiB, of V8 %s: %i MiB', (flags, limit, version, young) => {
  expect(youngHeapBytes(limit * MIB, flags, version)).toBe(young * MIB)
})

it('is what this V8 does', () => {
  const limit = (flag: string) =>
    Number(execFileSync(process.execPath, [flag, '-p', 'v8.getHeapStatistics().heap_size_limit'], { encoding: 'utf8' }))
  const [byDefault, semi] = [limit('--max-old-space-size=100'), limit('--max-semi-space-size=2')]
  expect(byDefault - youngHeapBytes(byDefault, [], process.versions.v8)).toBe(100 * MIB)
  const unflagged = limit('--no-warnings')
  expect(semi - youngHeapBytes(semi, ['--max-semi-space-size=2'], process.versions.v8)).toBe(
    unflagged - youngHeapBytes(unflagged, [], process.versions.v8),
  )
})
