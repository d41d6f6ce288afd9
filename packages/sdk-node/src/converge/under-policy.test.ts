import { type Action, DEFAULT_POLICY, type DesiredState, LightrunError, type RedactionPolicy } from '@lightrun/core'
import { createManualTimers } from '@lightrun/core/testing'
import { describe, expect, it } from 'vitest'
import { compilePatterns } from '../redaction/compile-patterns.ts'
import { createLiveRedaction } from '../redaction/live-redaction.ts'
import { createSelfProtection, FIRST_PAUSE_MS, MAX_FAULTS } from './self-protection.ts'
import { DETACHED_BY_POLICY, underPolicy } from './under-policy.ts'

const action = { id: 'a' } as Action
const state = (redaction?: Partial<RedactionPolicy>, detached = false): DesiredState => ({
  protocol: 1,
  version: 1,
  serverTimeMs: 0,
  actions: [action],
  ...(redaction === undefined && !detached
    ? {}
    : { policy: { redaction: { ...DEFAULT_POLICY.redaction, ...redaction }, detached } }),
})

function setUp() {
  const faults: string[] = []
  const redaction = createLiveRedaction({
    enabled: true,
    compile: compilePatterns,
    onFault: ({ message }) => faults.push(message),
  })
  /** What is served, and what was hidden when it began. */
  const applied: string[] = []
  const { hides } = redaction.redactor
  const timers = createManualTimers()
  const protection = createSelfProtection({ timers, onChange: () => converger.again() })
  const detachments: (string | undefined)[] = []
  const serverTimes: number[] = []
  const quotas: (number | undefined)[] = []
  /** Faults that what is wanted meets before it is done. */
  const trouble = { faults: 0 }
  const switched = { off: 0 }
  const converger = underPolicy({
    converger: {
      apply({ actions, serverTimeMs }, detached) {
        if (trouble.faults-- > 0) throw new Error('a fault of ours')
        const served = detached === undefined ? actions.length : 0
        applied.push(`${served} actions, vat ${hides('vat') ? 'hidden' : 'shown'}`)
        serverTimes.push(serverTimeMs)
      },
      placed: async () => {},
      tick() {},
      settled: async () => {},
      hurry() {},
      stop: async () => {},
    },
    redaction,
    setQuota: (quota) => quotas.push(quota?.cpuPercent),
    protection,
    nowMs: timers.nowMs,
    switchOff: () => void switched.off++,
    onDetached: (why) => detachments.push(why),
  })
  const breakDown = () => {
    for (let n = 0; n < MAX_FAULTS; n++) protection.fault(new LightrunError('internal_error', 'broken'))
  }
  return {
    converger,
    redaction,
    applied,
    faults,
    timers,
    breakDown,
    detachments,
    serverTimes,
    quotas,
    trouble,
    switched,
  }
}

describe('a policy', () => {
  it('that says nothing new changes nothing, and nothing waits', () => {
    const { converger, applied } = setUp()
    converger.apply(state())
    converger.apply(state({}))
    expect(applied).toEqual(['1 actions, vat shown', '1 actions, vat shown'])
  })

  it('is in force before the actions of its state; those from before are made anew', async () => {
    const { converger, applied } = setUp()
    converger.apply(state())
    converger.apply(state({ names: ['vat'] }))
    await converger.placed()
    expect(applied).toEqual(['1 actions, vat shown', '0 actions, vat shown', '1 actions, vat hidden'])
  })

  it('with patterns keeps states in their order while the patterns are compiled', async () => {
    const { converger, applied, redaction } = setUp()
    converger.apply(state({ patterns: [{ name: 'staff', pattern: 'EMP-\\d+' }], names: ['vat'] }))
    converger.apply(state({}))
    converger.apply(state({ names: ['vat'] }, true))
    await converger.placed()
    expect(applied.filter((each) => each !== '0 actions, vat shown')).toEqual([
      '1 actions, vat hidden',
      '0 actions, vat hidden',
      '1 actions, vat shown',
      '0 actions, vat hidden',
    ])
    expect(redaction.scrubber.scrub('EMP-12')).toBe('EMP-12')
  })

  it('detaches, and attaches again', () => {
    const { converger, applied, detachments } = setUp()
    converger.apply(state({}, true))
    converger.apply(state({}, true))
    converger.apply(state({}))
    expect(applied).toEqual(['0 actions, vat shown', '0 actions, vat shown', '1 actions, vat shown'])
    expect(detachments).toEqual([DETACHED_BY_POLICY, undefined])
  })

  it('with a broken pattern says so, and the others hold', async () => {
    const { converger, faults, redaction } = setUp()
    const patterns = [
      { name: 'broken', pattern: '(?=x)' },
      { name: 'staff', pattern: 'EMP-\\d+' },
    ]
    converger.apply(state({ patterns }))
    await converger.placed()
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain('the redaction pattern broken is not in force')
    expect(redaction.scrubber.scrub('EMP-12 ada@example.com')).toBe('<redacted: staff> <redacted: e-mail>')
  })
})

describe('a state that meets a fault', () => {
  it('is done by a later tick, no longer than it was to be', async () => {
    const { converger, applied, serverTimes, timers, trouble } = setUp()
    trouble.faults = 2
    expect(() => converger.apply(state())).toThrow('a fault of ours')
    expect(() => converger.tick()).toThrow('a fault of ours')
    await timers.advance(1_000)
    for (let n = 0; n < 3; n++) converger.tick()
    expect([applied, serverTimes]).toEqual([['1 actions, vat shown'], [1_000]])
  })

  it('under another redaction, too: it is in force before its actions', async () => {
    const { converger, applied, trouble } = setUp()
    trouble.faults = 1
    converger.apply(state({ names: ['vat'] }))
    await converger.placed()
    expect(applied).toEqual([])
    converger.tick()
    await converger.placed()
    expect(applied).toEqual(['0 actions, vat shown', '1 actions, vat hidden'])
  })

  it('detached, is off and said before anything that can fail', () => {
    const { converger, detachments, trouble, switched } = setUp()
    converger.apply(state({}))
    trouble.faults = 1
    expect(() => converger.apply(state({}, true))).toThrow('a fault of ours')
    expect([detachments, switched.off]).toEqual([[DETACHED_BY_POLICY], 1])
    converger.tick()
    expect(detachments).toEqual([DETACHED_BY_POLICY])
  })
})

describe('an agent that finds itself broken', () => {
  const [on, off] = ['1 actions, vat shown', '0 actions, vat shown']

  it('takes everything off, and serves what is wanted by then once its pause is over, no longer than it was to be', async () => {
    const { converger, applied, timers, breakDown, detachments, serverTimes } = setUp()
    converger.apply(state())
    breakDown()
    await timers.advance(0)
    converger.apply(state())
    expect(applied).toEqual([on, off, off])
    await timers.advance(FIRST_PAUSE_MS)
    expect(applied).toEqual([on, off, off, on])
    expect(serverTimes.at(-1)).toBe(FIRST_PAUSE_MS)
    expect(detachments).toEqual([expect.stringContaining('detached itself'), undefined])
  })

  it('is attached by whoever detaches and attaches it', async () => {
    const { converger, applied, timers, breakDown, detachments } = setUp()
    converger.apply(state({}))
    breakDown()
    await timers.advance(0)
    converger.apply(state({}, true))
    converger.apply(state({}))
    await timers.advance(FIRST_PAUSE_MS)
    expect(applied.slice(0, 4)).toEqual([on, off, off, on])
    expect(applied.slice(4)).not.toContain(off)
    expect(detachments).toEqual([expect.stringContaining('itself'), DETACHED_BY_POLICY, undefined])
  })
})
