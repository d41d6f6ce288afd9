import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { watchSignals } from './signals.ts'

/** A process that ends by a signal nobody listens to. */
class FakeProcess extends EventEmitter {
  readonly pid = 7
  readonly story: string[] = []
  kill(_: number, signal: string): void {
    if (!this.emit(signal, signal)) this.story.push(`ended by ${signal}`)
  }
}

function create() {
  const target = new FakeProcess()
  const waiting: (() => void)[] = []
  const signals = watchSignals(
    target,
    () => void target.story.push('last words'),
    (callback) => waiting.push(callback),
  )
  const later = () => waiting.shift()?.()
  const listeners = () => ['SIGTERM', 'SIGINT', 'newListener'].map((name) => target.listenerCount(name))
  return { target, signals, listeners, later }
}

describe('a process that is asked to end', () => {
  it.each(['SIGTERM', 'SIGINT'])('says its last words and ends by %s', (signal) => {
    const { target, signals, listeners } = create()
    signals.watch(true)
    target.kill(7, signal)
    expect(target.story).toEqual(['last words', `ended by ${signal}`])
    expect(listeners()).toEqual([0, 0, 0])
  })

  it('ends as it would without us when there is nothing to say', () => {
    const { target, signals, listeners, later } = create()
    signals.watch(true)
    signals.watch(true)
    signals.watch(false)
    signals.watch(true)
    later()
    expect(listeners()).toEqual([1, 1, 1])
    signals.watch(false)
    signals.watch(false)
    later()
    expect(listeners()).toEqual([0, 0, 0])
    target.kill(7, 'SIGTERM')
    expect(target.story).toEqual(['ended by SIGTERM'])
  })

  it('ends even if the last words fail', () => {
    const target = new FakeProcess()
    const fail = () => {
      throw new Error('no breath')
    }
    const signals = watchSignals(target, fail, () => {})
    signals.watch(true)
    expect(() => target.kill(7, 'SIGTERM')).toThrow('no breath')
    expect(target.story).toEqual(['ended by SIGTERM'])
  })

  it('is left to the application where that listens, before us or after', async () => {
    const { target, signals, listeners, later } = create()
    const own = () => target.story.push('theirs')
    target.on('SIGINT', own)
    signals.watch(true)
    expect(listeners()).toEqual([1, 1, 1])
    target.once('SIGTERM', own)
    target.emit('SIGTERM')
    expect(target.story).toEqual(['theirs'])
    await Promise.resolve()
    expect(listeners()).toEqual([0, 1, 0])
    target.once('SIGTERM', own)
    target.kill(7, 'SIGTERM')
    target.kill(7, 'SIGINT')
    expect(target.story).toEqual(['theirs', 'theirs', 'theirs'])
    signals.watch(false)
    later()
    signals.watch(true)
    expect(listeners()).toEqual([0, 1, 0])
  })

  it('sees of other listeners nothing but that they are there', () => {
    const { target, signals, listeners } = create()
    signals.watch(true)
    target.on('exit', () => {})
    target.on(Symbol('mine'), () => {})
    expect(listeners()).toEqual([1, 1, 1])
    signals[Symbol.dispose]()
    expect(listeners()).toEqual([0, 0, 0])
  })
})
