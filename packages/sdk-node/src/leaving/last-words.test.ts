import type { Told } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { createLastWords, type LastWordsOptions } from './last-words.ts'

const frame = (reports: number, told: Partial<Told> = {}) => ({
  bytes: Uint8Array.of(reports),
  reports,
  told: { hits: 0, passes: 0, lost: {}, ...told },
  isInDoubt: false,
})

const taken = (delivered: number, isNextInDoubt = false) => ({ delivered, isNextInDoubt })

function say(options: Partial<LastWordsOptions>) {
  const said: string[] = []
  const words = createLastWords({
    remaining: () => [frame(3), frame(2)],
    deliver: (frames) => taken(frames.length),
    log: { warn: (text) => said.push(text) },
    ...options,
  })
  words()
  words()
  return said
}

describe('last words', () => {
  it('go out once, in their order', () => {
    const sent: Uint8Array[][] = []
    const deliver = (frames: readonly Uint8Array[]) => taken(sent.push([...frames]) + 1)
    expect(say({ deliver })).toEqual([])
    expect(sent).toEqual([[Uint8Array.of(3), Uint8Array.of(2)]])
  })

  it('are counted when they do not get through', () => {
    expect(say({ deliver: () => taken(1) })).toEqual(['the process ended before 2 reports were delivered'])
    expect(say({ deliver: undefined })).toEqual(['the process ended before 5 reports were delivered'])
    const refuse = () => {
      throw new Error('no threads here')
    }
    expect(say({ deliver: refuse, remaining: () => [frame(1)] })).toEqual([
      'the process ended before 1 report was delivered',
    ])
  })

  it('say what nobody will learn from what was not delivered', () => {
    const remaining = () => [
      frame(9, { hits: 9 }),
      frame(2, { hits: 1, passes: 4, lost: { queue_full: 2 } }),
      frame(3, { hits: 2, lost: { queue_full: 3, throttled: 1 } }),
    ]
    expect(say({ remaining, deliver: () => taken(1) })).toEqual([
      'the process ended before 5 reports were delivered: 3 hits, 4 counted, 5 lost before: queue_full, 1 lost before: throttled',
    ])
  })

  it('tell what may have arrived apart from what has not', () => {
    const remaining = () => [frame(9), frame(2, { hits: 2 }), frame(1, { passes: 4 })]
    expect(say({ remaining, deliver: () => taken(1, true) })).toEqual([
      'the process ended before 1 report was delivered: 4 counted',
      'the process ended before it knew whether 2 reports were delivered: 2 hits',
    ])
  })

  it('doubt what was on its way before, of each agent of the process, unless the server has taken it now', () => {
    const sent = (reports: number) => ({ ...frame(reports), isInDoubt: true })
    const remaining = () => [sent(1), frame(2), sent(4), frame(8)]
    expect(say({ remaining, deliver: undefined })).toEqual([
      'the process ended before 10 reports were delivered',
      'the process ended before it knew whether 5 reports were delivered',
    ])
    expect(say({ remaining, deliver: () => taken(1) })).toEqual([
      'the process ended before 10 reports were delivered',
      'the process ended before it knew whether 4 reports were delivered',
    ])
    expect(say({ remaining, deliver: () => taken(4) })).toEqual([])
  })

  it('bother nobody when there is nothing to say, or a fault of ours', () => {
    const deliver = () => expect.unreachable()
    expect(say({ remaining: () => [], deliver })).toEqual([])
    expect(say({ remaining: () => expect.unreachable(), deliver })).toEqual([])
  })
})
