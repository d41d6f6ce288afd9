import { describe, expect, it } from 'vitest'
import { MAX_STATUS_TEXT, scrubStatus } from './scrub-status.ts'

const scrub = (text: string) => text.replaceAll('SECRET', '<redacted: it>').replaceAll('placed', '<redacted: word>')

describe('the status of an action', () => {
  it('has no secret in any free text, at any depth', () => {
    const scrubbed = [
      scrubStatus({ state: 'throttled', message: 'SECRET' }, scrub),
      scrubStatus({ state: 'ended', reason: 'detached', message: 'SECRET' }, scrub),
      scrubStatus(
        {
          state: 'failed',
          code: 'file_not_found',
          message: 'SECRET',
          details: { candidates: ['SECRET', { SECRET: ['SECRET'] }], line: 3 },
        },
        scrub,
      ),
      scrubStatus(
        {
          state: 'hitting',
          engine: 'weave',
          reason: 'SECRET',
          position: { file: 'SECRET/a.ts', line: 1 },
          notes: [
            { type: 'partial', message: 'SECRET' },
            { type: 'moved', fromLine: 2 },
          ],
        },
        scrub,
      ),
    ]
    expect(JSON.stringify(scrubbed)).not.toContain('SECRET')
    expect(scrubbed[2]).toMatchObject({
      details: { line: 3, candidates: ['<redacted: it>', { '<redacted: it>': ['<redacted: it>'] }] },
    })
  })

  it('keeps the words of the protocol, whatever a pattern says', () => {
    const placed = { state: 'placed', engine: 'weave', position: { file: 'a.ts', line: 1 } } as const
    expect(scrubStatus(placed, scrub)).toEqual(placed)
  })

  it('fits the frame, also when what stands for a secret is longer than it', () => {
    const long = (length: number) => scrubStatus({ state: 'throttled', message: 'x'.repeat(length) }, scrub)
    expect(long(MAX_STATUS_TEXT)).toEqual({ state: 'throttled', message: 'x'.repeat(MAX_STATUS_TEXT) })
    expect(long(MAX_STATUS_TEXT + 1)).toEqual({ state: 'throttled', message: `${'x'.repeat(MAX_STATUS_TEXT - 1)}…` })
  })
})
