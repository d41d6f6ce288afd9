import { expect, test } from 'vitest'
import type { Script } from '../load/scripts.ts'
import { createKnownFrames, MAX_KNOWN_FRAMES } from './known-frames.ts'

const script = (): Script => ({ path: '/app/a.js', format: 'commonjs', status: 'woven', fingerprint: '$lr_a' })
const place = (line: number, exact = false) => ({ file: '/app/a.js', line, column: 1, exact, function: 'f' })
const frame = { file: 'src/a.ts', line: 7, function: 'f' }

test('a frame is known for its place in the version of the file that it was told for', () => {
  const known = createKnownFrames()
  const [before, now] = [script(), script()]
  known.add(before, place(1), frame)
  expect(known.get(before, place(1))).toBe(frame)
  expect(known.get(before, place(2))).toBeUndefined()
  expect(known.get(before, place(1, true))).toBeUndefined()
  expect(known.get(before, { ...place(1), function: 'g' })).toBeUndefined()
  expect(known.get(now, place(1))).toBeUndefined()
})

test('an application with more places than are kept goes on, from the start', () => {
  const known = createKnownFrames()
  const only = script()
  for (let line = 0; line <= MAX_KNOWN_FRAMES; line++) known.add(only, place(line), frame)
  expect(known.get(only, place(0))).toBeUndefined()
  expect(known.get(only, place(MAX_KNOWN_FRAMES))).toBe(frame)
})
