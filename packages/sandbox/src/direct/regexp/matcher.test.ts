import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Stop } from '../../evaluate/evaluation.ts'
import { parsePattern } from '../../language/pattern.ts'
import { DEFAULT_LIMITS } from '../../limits.ts'
import { Meter } from '../meter.ts'
import { createMatching } from './matcher.ts'
import { compilePattern } from './program.ts'

const RUNS = Number(process.env.RUNS ?? 5_000)
const TIMEOUT_MS = 30_000 + RUNS * 10

/** Enough for what V8 can be asked as well. */
const LIMITS = { ...DEFAULT_LIMITS, fuel: 2_000, timeMs: 60_000 }

function newMatcher(source: string, flags: string, limits = LIMITS) {
  const meter = new Meter(limits, { nowMs: () => performance.now() })
  meter.begin()
  const pattern = parsePattern(source, flags)
  return pattern && createMatching(meter)(compilePattern(pattern))
}

/** What `exec` finds from `from` on: where each group is. */
function ours(source: string, flags: string, text: string, from: number): unknown {
  const matcher = newMatcher(source, flags)
  if (matcher === undefined) return 'left to QuickJS'
  try {
    if (!matcher.find(text, from, flags.includes('y'))) return null
  } catch (error) {
    if (error instanceof Stop) return 'too long'
    throw error
  }
  const groups: (readonly [number, number] | undefined)[] = []
  for (let i = 0; i < matcher.program.pattern.groups; i++) {
    const [start = -1, end = -1] = [matcher.registers[2 * i], matcher.registers[2 * i + 1]]
    groups.push(end < 0 ? undefined : [start, end])
  }
  return groups
}

function ofV8(source: string, flags: string, text: string, from: number): unknown {
  const expression = new RegExp(source, `${flags}d${flags.includes('y') ? '' : 'g'}`)
  expression.lastIndex = from
  return expression.exec(text)?.indices?.slice() ?? null
}

const ATOMS = [
  'a',
  'b',
  'B',
  '1',
  'é',
  '😀',
  '.',
  '\\w',
  '\\d',
  '\\s',
  '\\W',
  '[ab]',
  '[^a]',
  '[a-cB\\d]',
  '[^]',
  '[]',
  '[\\s\\S]',
]
const atom = fc.constantFrom(
  ...ATOMS,
  '\\b',
  '\\B',
  '^',
  '$',
  '\\n',
  '\\.',
  '\\x61',
  '\\u0062',
  '\\u00e9',
  '[\\W_]',
  '[-a]',
  '\\/',
)
const quantifier = fc.constantFrom(
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{1,2}',
  '{0,2}?',
  '{2,}',
  '{0}',
  '{1,}?',
)
const { pattern } = fc.letrec<{ pattern: string; term: string; group: string }>((tie) => ({
  pattern: fc
    .array(
      fc.array(tie('term'), { maxLength: 4 }).map((terms) => terms.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((options) => options.join('|')),
  term: fc.tuple(fc.oneof({ depthSize: 'small' }, atom, tie('group')), quantifier).map(([body, times]) => body + times),
  group: fc
    .tuple(fc.constantFrom('(', '(', '(?:', '(?=', '(?!', '(?<name>'), tie('pattern'))
    .map(([open, body]) => `${open}${body})`),
}))
const flags = fc.subarray(['i', 'm', 's', 'u', 'y']).map((each) => each.join(''))
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'B',
      'A',
      'c',
      '1',
      ' ',
      '_',
      '\n',
      '\u2028',
      'é',
      'É',
      '😀',
      '\ud83d',
      '.',
      '/',
      '\u212a',
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''))

function isPattern(source: string, flags: string): boolean {
  try {
    new RegExp(source, flags)
    return true
  } catch {
    return false
  }
}

describe('a pattern finds what V8 finds', () => {
  test('whatever the pattern, the flags, the text and the place', { timeout: TIMEOUT_MS }, () => {
    let compared = 0
    const law = fc.property(
      pattern,
      flags,
      fc.array(text, { minLength: 4, maxLength: 4 }),
      fc.nat(3),
      (source, flags, texts, from) => {
        fc.pre(isPattern(source, flags))
        for (const each of texts) {
          // With the flag u a place is between characters.
          const at = flags.includes('u') ? 0 : Math.min(from, each.length)
          const found = ours(source, flags, each, at)
          if (found === 'left to QuickJS') return
          if (found === 'too long') continue
          compared++
          expect(found).toEqual(ofV8(source, flags, each, at))
        }
      },
    )
    fc.assert(law, { numRuns: RUNS })
    expect(compared).toBeGreaterThan(RUNS)
  })

  test.each([
    ['(a*)*', '', 'aab'],
    ['(?:a|ab)(?:c|bcd)(d*)', '', 'abcd'],
    ['(z)((a+)?(b+)?(c))*', '', 'zaacbbbcac'],
    ['(?=(a+))a*b', '', 'baaabac'],
    ['(.*?)a(?!(a+)b)c', '', 'baaabaac'],
    ['(?<year>\\d{4})-(?<month>\\d\\d)', '', 'on 2026-11-23'],
    ['^b$', 'm', 'a\nb\u2028c'],
    ['[^]\\b', 'u', '😀a'],
    ['\\B', 'u', 'a😀'],
    ['.{2}$', 'u', 'a😀\ud83d'],
    ['[a-z]+k', 'i', 'ABC\u212aK'],
    ['a{,2}{', '', 'xa{,2}{'],
    [']}', '', 'a]}'],
    ['[\\]\\-\\b]+', '', 'x]-\b'],
    ['\\0\\t\\/\\x41\\u0042', '', '\0\t/AB'],
    ['\\u{1f600}{2}', 'u', '😀😀'],
    ['(?:){3}x{0}y', '', 'y'],
    ['(a?){2,}?b', '', 'aaab'],
  ])('/%s/%s of %j', (source, flags, text) => {
    expect(ours(source, flags, text, 0)).toEqual(ofV8(source, flags, text, 0))
  })

  test.each([
    ...[
      '(?<=a)b',
      '(?<!a)b',
      '(a)\\1',
      '(?<n>a)\\k<n>',
      '\\p{L}',
      '\\cA',
      '\\a',
      '[\\d-x]',
      'é',
      '((?:ab){99}){99}',
    ].map((source) => [source, source === '\\p{L}' ? 'u' : 'i']),
    ['a', 'iu'],
    ['a', 'v'],
    ['a', 'd'],
  ])('/%s/%s is left to QuickJS', (source, flags) => {
    expect(parsePattern(source as string, flags as string)).toBeUndefined()
  })

  test('what is written out is bounded', () => {
    expect(parsePattern('(?:ab){286}', '')).toBeUndefined()
    expect(parsePattern('(?:ab){285}', '')).toBeDefined()
    expect(parsePattern('a{1000000}', '')).toBeDefined()
  })
})

test('an end of the ways back is an end of the evaluation, and the next one has them all', () => {
  const matcher = newMatcher('(?:(a)|b)*$', '', { ...LIMITS, fuel: 10_000_000 })
  expect(() => matcher?.find('a'.repeat(100_000), 0, true)).toThrow(
    expect.objectContaining({ outcome: { status: 'exceeded', budget: 'memory' } }),
  )
  expect(matcher?.find('a'.repeat(10_000), 0, true)).toBe(true)
})
