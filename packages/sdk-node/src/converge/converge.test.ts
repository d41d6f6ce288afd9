import type { Action, DesiredState } from '@lightrun/core'
import { createManualTimers } from '@lightrun/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createConverger } from './converge.ts'

const SERVER_TIME = 1_000_000

function action(id: string, revision = 1, livesMs = 60_000): Action {
  return {
    id,
    revision,
    position: { file: 'a.js', line: 1 },
    task: { type: 'counter', name: id },
    expiresAtMs: SERVER_TIME + livesMs,
  }
}

function state(...actions: Action[]): DesiredState {
  return { protocol: 1, version: 1, serverTimeMs: SERVER_TIME, actions }
}

function setUp(settling = Promise.resolve()) {
  const timers = createManualTimers()
  const running = new Set<string>()
  const events: string[] = []
  /** What meets a fault when it begins. */
  const faulty = new Set<string>()
  /** What a fault keeps from going. */
  const stuck = new Set<string>()
  const converger = createConverger({
    timers,
    onFault: ({ message }) => expect.unreachable(message),
    activate({ id, revision }) {
      const name = `${id}@${revision}`
      if (faulty.has(name)) throw new Error(`a fault in ${name}`)
      running.add(name)
      events.push(`begin ${name}`)
      return {
        place: () => Promise.resolve(),
        loaded() {},
        tick: () => void (running.has(name) || events.push(`tick of ${name} after its end`)),
        get isGone() {
          return !stuck.has(name)
        },
        renew: ({ lease }) => void (lease && events.push(`renew ${name}: ${lease.hits}`)),
        end(reason, message) {
          running.delete(name)
          events.push(`${reason} ${name}${message === undefined ? '' : `: ${message}`}`)
        },
        settled: () => settling,
        hurry: () => void events.push(`hurry ${name}`),
      }
    },
  })
  return { timers, running, events, faulty, stuck, converger }
}

describe('converging', () => {
  it('begins what is wanted, ends what is not, replaces what changed, and leaves the rest alone', () => {
    const { converger, events } = setUp()
    converger.apply(state(action('a'), action('b'), action('c')))
    events.length = 0
    converger.apply(state(action('a'), action('b', 2), action('d')))
    expect(events.toSorted()).toEqual(['begin b@2', 'begin d@1', 'removed b@1', 'removed c@1'])
  })

  it('does what is wanted of all others when one meets a fault, and of that one when it is asked again', () => {
    const { converger, running, faulty } = setUp()
    converger.apply(state(action('a'), action('z')))
    faulty.add('b@1')
    const wanted = state(action('b'), action('c'))
    expect(() => converger.apply(wanted)).toThrow('a fault in b@1')
    expect([...running]).toEqual(['c@1'])
    faulty.clear()
    converger.apply(wanted)
    expect([...running]).toEqual(['c@1', 'b@1'])
  })

  it('goes on ticking for what has ended until it is gone', () => {
    const { converger, events, stuck } = setUp()
    stuck.add('a@1')
    converger.apply(state(action('a')))
    converger.apply(state())
    events.length = 0
    converger.tick()
    stuck.clear()
    for (let n = 0; n < 3; n++) converger.tick()
    expect(events).toEqual(['tick of a@1 after its end', 'tick of a@1 after its end'])
  })

  it('hands another share of the hits to the probe that runs', () => {
    const { converger, events } = setUp()
    converger.apply(state(action('a'), action('b')))
    converger.apply(state({ ...action('a'), lease: { deal: 2, hits: 7 } }, action('b')))
    expect(events).toEqual(['begin a@1', 'begin b@1', 'renew a@1: 7'])
  })

  it('what it serves and what it has just ended settles, or hurries when the process ends', async () => {
    let settle = () => {}
    const settling = new Promise<void>((resolve) => {
      settle = resolve
    })
    const { converger, events } = setUp(settling)
    converger.apply(state(action('a'), action('b')))
    converger.apply(state(action('b')))
    let isSettled = false
    const settled = converger.settled().then(() => {
      isSettled = true
    })
    events.length = 0
    converger.hurry()
    expect(events).toEqual(['hurry a@1', 'hurry b@1'])
    await Promise.resolve()
    expect(isSettled).toBe(false)
    settle()
    await settled
    events.length = 0
    converger.hurry()
    expect(events).toEqual(['hurry b@1'])
  })

  it('serves nothing while it is detached; each action that is wanted says why, once, and is begun anew afterwards', () => {
    const { converger, events, running } = setUp()
    converger.apply(state(action('a'), action('b')))
    converger.apply(state(action('a'), action('c')), 'broken')
    converger.apply(state(action('a'), action('c'), action('d')), 'broken')
    expect(events.filter((each) => !each.startsWith('begin'))).toEqual([
      'detached a@1: broken',
      'removed b@1',
      'detached c@1: broken',
      'detached d@1: broken',
    ])
    expect([converger.size, running.size]).toEqual([0, 0])
    converger.apply(state(action('a')))
    expect([converger.size, events.at(-1)]).toEqual([1, 'begin a@1'])
  })

  it('does nothing when a state is repeated', () => {
    const { converger, events } = setUp()
    converger.apply(state(action('a')))
    converger.apply(state(action('a')))
    expect(events).toEqual(['begin a@1'])
  })

  it('expires on its own clock, by the differences of the server clock only', async () => {
    const { converger, events, timers } = setUp()
    converger.apply(state(action('short', 1, 1_000), action('long', 1, 5_000)))
    await timers.advance(999)
    expect(events).toEqual(['begin short@1', 'begin long@1'])
    await timers.advance(1)
    expect(events.at(-1)).toBe('expired short@1')
    expect(converger.size).toBe(1)
  })

  it('does not begin what has expired already', () => {
    const { converger, events } = setUp()
    converger.apply(state(action('late', 1, 0)))
    expect(events).toEqual([])
  })

  it('ends everything, and its timers, on stop', async () => {
    const { converger, running, timers } = setUp()
    converger.apply(state(action('a'), action('b')))
    await converger.stop()
    expect([running.size, converger.size, timers.waiting]).toEqual([0, 0, []])
  })

  it('law: whatever came before, what runs is what the last state wants', () => {
    const anyAction = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), revision: fc.integer({ min: 1, max: 3 }) })
    const anyState = fc.uniqueArray(anyAction, { selector: (each) => each.id })
    fc.assert(
      fc.property(fc.array(anyState, { minLength: 1 }), (states) => {
        const { converger, running } = setUp()
        for (const each of states) converger.apply(state(...each.map(({ id, revision }) => action(id, revision))))
        const wanted = (states.at(-1) ?? []).map(({ id, revision }) => `${id}@${revision}`)
        expect([...running].toSorted()).toEqual(wanted.toSorted())
      }),
    )
  })
})
