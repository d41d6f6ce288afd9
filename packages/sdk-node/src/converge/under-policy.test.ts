import { type Action, DEFAULT_POLICY, type DesiredState, type RedactionPolicy } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { compilePatterns } from '../redaction/compile-patterns.ts'
import { createLiveRedaction } from '../redaction/live-redaction.ts'
import { underPolicy } from './under-policy.ts'

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
  const converger = underPolicy(
    {
      apply: ({ actions }) => applied.push(`${actions.length} actions, vat ${hides('vat') ? 'hidden' : 'shown'}`),
      placed: async () => {},
      tick() {},
      stop: async () => {},
    },
    redaction,
  )
  return { converger, redaction, applied, faults }
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
    const { converger, applied } = setUp()
    converger.apply(state({}, true))
    converger.apply(state({}))
    expect(applied).toEqual(['0 actions, vat shown', '1 actions, vat shown'])
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
