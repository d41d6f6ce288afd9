import type { Told } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { createLastWords, type LastWordsOptions } from './last-words.ts'

const frame = (reports: number, told: Partial<Told> = {}) => ({
  bytes: Uint8Array.of(reports),
  reports,
  told: { hits: 0, passes: 0, lost: {}, ...told },
})

function say(options: Partial<LastWordsOptions>) {
  const said: string[] = []
  const words = createLastWords({
    remaining: () => [frame(3), frame(2)],
    deliver: (frames) => ({ delivered: frames.length }),
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
    const deliver = (frames: readonly Uint8Array[]) => ({ delivered: sent.push([...frames]) + 1 })
    expect(say({ deliver })).toEqual([])
    expect(sent).toEqual([[Uint8Array.of(3), Uint8Array.of(2)]])
  })

  it('are counted when they do not get through', () => {
    expect(say({ deliver: () => ({ delivered: 1 }) })).toEqual(['the process ended before 2 reports were delivered'])
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
    expect(say({ remaining, deliver: () => ({ delivered: 1 }) })).toEqual([
      'the process ended before 5 reports were delivered: 3 hits, 4 counted, 5 lost before: queue_full, 1 lost before: throttled',
    ])
  })

  it('bother nobody when there is nothing to say, or a fault of ours', () => {
    const deliver = () => expect.unreachable()
    expect(say({ remaining: () => [], deliver })).toEqual([])
    expect(say({ remaining: () => expect.unreachable(), deliver })).toEqual([])
  })
})
