import { describe, expect, it } from 'vitest'
import { compilePattern, MAX_PATTERN_LENGTH } from './custom-pattern.ts'
import { DEFAULT_PACKS, patternsOf } from './packs.ts'
import { createScrubber } from './scrubber.ts'

function patternOf(source: string) {
  const compiled = compilePattern('staff', source)
  if (compiled.status === 'refused') throw new Error(compiled.message)
  return compiled.pattern
}

describe('a pattern of a user', () => {
  it('is replaced by its name, beside those of the packs', () => {
    const { scrub } = createScrubber([patternOf('EMP-\\d{4}'), ...patternsOf(DEFAULT_PACKS)])
    expect(scrub('EMP-1234 and EMP-99999 and ada@example.com')).toBe(
      '<redacted: staff> and <redacted: staff>9 and <redacted: e-mail>',
    )
    expect(scrub('EMP-12')).toBe('EMP-12')
  })

  it('finds what stands at the edges and beyond the first plane', () => {
    const { scrub } = createScrubber([patternOf('(?i)^geheim|😀+|ende$')])
    expect(scrub('GEHEIM 😀😀 ende')).toBe('<redacted: staff> <redacted: staff> <redacted: staff>')
  })

  it.each(['(a', '[z-a]', '(?=a)b', '(a)\\1', 'a{2000}', '(a*)*', 'x?', '', 'a'.repeat(MAX_PATTERN_LENGTH + 1)])(
    '%j is refused with a reason',
    (source) => {
      const compiled = compilePattern('staff', source)
      expect(compiled.status).toBe('refused')
      expect(compiled.status === 'refused' && compiled.message.length).toBeGreaterThan(5)
    },
  )

  it.each(
    ['^(a+)+$', '(a|aa)+$', '(.*)*x', '(a{0,30}){0,30}b'].filter(
      (source) => compilePattern('', source).status === 'compiled',
    ),
  )('%s cannot hurt: 100 000 characters take less than seconds', (source) => {
    const { scrub } = createScrubber([patternOf(source)])
    const start = performance.now()
    scrub(`${'a'.repeat(100_000)}!`)
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})
