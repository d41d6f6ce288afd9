import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_PACKS, PACK_NAMES, patternsOf } from './packs.ts'
import { createScrubber } from './scrubber.ts'

const all = createScrubber(patternsOf(PACK_NAMES))
const usual = createScrubber(patternsOf(DEFAULT_PACKS))

// Put together here, so that nobody's scanner takes this file for a leak.
const join = (...parts: string[]) => parts.join('')
const SECRETS: [pack: string, name: string, secret: string][] = [
  ['cards', 'card', '4111111111111111'],
  ['cards', 'card', '4111 1111 1111 1111'],
  ['cards', 'card', '5500-0000-0000-0004'],
  ['cards', 'card', '378282246310005'],
  ['cards', 'card', '6011111111111117'],
  ['bank', 'IBAN', 'DE89370400440532013000'],
  ['bank', 'IBAN', 'GB82 WEST 1234 5698 7654 32'],
  ['bank', 'IBAN', 'NO9386011117947'],
  ['keys', 'JWT', join('eyJhbGciOiJIUzI1NiJ9.', 'eyJzdWIiOiIxMjM0In0.', 'SflKxwRJSMeKKF2QT4')],
  ['keys', 'AWS key', join('AKIA', 'IOSFODNN7EXAMPLE')],
  ['keys', 'API key', join('ghp', '_', 'abcdefghijklmnopqrstuvwxyz0123456789')],
  ['keys', 'API key', join('sk', '_live_', '4eC39HqLyjWDarjtT1zdp7dc')],
  ['keys', 'API key', join('xoxb', '-', '123456789012-abcdefghijkl')],
  ['keys', 'API key', join('AIza', 'SyA1234567890abcdefghijklmnopqrstuv')],
  ['keys', 'API key', join('lr_api', '_', 'q8Jf0aa81kk2')],
  ['keys', 'private key', join('-----BEGIN RSA PRIVATE', ' KEY-----\nMIIEow-IBAAKC\n-----END RSA PRIVATE KEY-----')],
  ['keys', 'private key', join('-----BEGIN PRIVATE', ' KEY-----\nMIIEowIBAAKC and no end')],
  ['email', 'e-mail', 'ada.lovelace+shop@mail.example.co.uk'],
  ['phone', 'phone', '+49 (0)30 1234-5678'],
  ['phone', 'phone', '(415) 555-2671'],
  ['ip', 'IP address', '192.168.10.255'],
  ['ip', 'IP address', '2001:db8::8a2e:370:7334'],
  ['ip', 'IP address', '::1'],
]

describe('a secret is replaced wherever it stands', () => {
  it.each(SECRETS)('%s: %s %s', (_pack, name, secret) => {
    expect(all.scrub(secret)).toBe(`<redacted: ${name}>`)
    expect(all.scrub(`paid with ${secret}`)).toBe(`paid with <redacted: ${name}>`)
    if (!secret.includes('no end')) {
      expect(all.scrub(`{"a":"${secret}","b":"${secret}"}`)).toBe(
        `{"a":"<redacted: ${name}>","b":"<redacted: ${name}>"}`,
      )
    }
  })

  it('and only the secret part of an address or a header', () => {
    expect(usual.scrub('postgres://shop:hunter2@db:5432/shop')).toBe('postgres://<redacted: credentials>@db:5432/shop')
    expect(usual.scrub('Authorization: Bearer abcdef123456')).toBe('Authorization: Bearer <redacted: token>')
  })
})

describe('what only looks alike stays', () => {
  it.each([
    '4111111111111112', // no card: its check digit is wrong
    '1700000000000', // a time
    '1234567890123456', // no issuer begins with 1
    'DE88370400440532013000',
    'ORDER2024ABCDEFGHIJ',
    '3.14159265358979323846',
    'user@host',
    'node_modules/.pnpm/fastify@5.2.0/node_modules/fastify',
    'a @ b',
    '@decorator()',
    'https://example.com/a@b',
    'eyJ',
    'sk-short',
    'task-1234567890123456789012',
    'basic understanding of things',
    '-----BEGIN CERTIFICATE-----',
    'v1.2.3.4567',
    '12:30:45',
    '2026-11-23T06:23:38.000Z',
    '550e8400-e29b-41d4-a716-446655440000',
  ])('%s', (text) => {
    expect(usual.scrub(text)).toBe(text)
  })

  it.each(['1.2.3', '256.1.1.1', '12:30', '12:30:45', 'a::b::c of C++', '2026-11-23', '415-5552671'])(
    '%s, with the packs for phones and addresses',
    (text) => {
      expect(all.scrub(text)).toBe(text)
    },
  )
})

describe('laws', () => {
  it('no secret of the chosen packs is left in any text it was put into', () => {
    const secret = fc.constantFrom(
      ...SECRETS.filter(([, , text]) => !text.includes('no end')).map(([, , text]) => text),
    )
    const around = fc.string({ maxLength: 30 }).map((text) => text.replace(/[\w.:@+-]/g, ' '))
    fc.assert(
      fc.property(around, secret, around, secret, (a, one, b, two) => {
        const text = `${a} ${one} ${b} ${two}`
        const scrubbed = all.scrub(text)
        expect(scrubbed).not.toContain(one)
        expect(scrubbed).not.toContain(two)
      }),
    )
  })

  it('what says that a pattern is not worth a try is never wrong', () => {
    const patterns = patternsOf(PACK_NAMES)
    const thorough = createScrubber(patterns.map((pattern) => ({ ...pattern, hint: undefined, minLength: 0 })))
    const shortest = [
      'a@b.c',
      '://:p@',
      'eyJabcdefghij',
      'Basic 1234567A',
      '4222222222222',
      'GB88ABCDEFGH',
      '1.1.1.1',
      '::1',
    ]
    const part = fc
      .tuple(fc.constantFrom(...shortest, ...SECRETS.map(([, , text]) => text)), fc.nat(40))
      .map(([text, length]) => text.slice(0, length + 1))
    const text = fc.array(fc.oneof(part, fc.string({ maxLength: 5 })), { maxLength: 3 }).map((parts) => parts.join(''))
    for (const each of shortest) expect(all.scrub(each)).toBe(thorough.scrub(each))
    fc.assert(
      fc.property(text, (each) => {
        expect(all.scrub(each)).toBe(thorough.scrub(each))
      }),
      { numRuns: 2_000 },
    )
  })

  it('what is scrubbed stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(all.scrub(all.scrub(text))).toBe(all.scrub(text))
      }),
    )
  })

  it.each([
    '1',
    '1-',
    '@',
    'a@',
    'a.',
    'eyJ',
    '-----BEGIN PRIVATE KEY-----',
    '-',
    '://:',
    '://a:',
    'AB12',
    '1:',
    '::',
    '+1 ',
    'A',
    'xoxb-',
    'Bearer ',
  ])('time is linear in text of nothing but %j', (part) => {
    const time = (length: number) => {
      const text = part.repeat(Math.ceil(length / part.length))
      const start = performance.now()
      all.scrub(text)
      return performance.now() - start
    }
    time(1_000)
    // Quadratic work would take minutes.
    expect(time(200_000)).toBeLessThan(2_000)
  })

  it('does not run what the application puts on the prototypes', () => {
    const { exec } = RegExp.prototype
    let ran = 0
    RegExp.prototype.exec = function (...args) {
      ran++
      return exec.apply(this, args)
    }
    try {
      expect(usual.scrub('4111111111111111')).toBe('<redacted: card>')
    } finally {
      RegExp.prototype.exec = exec
    }
    expect(ran).toBe(0)
  })
})

describe('a text that is clear', () => {
  const parts = fc.constantFrom(
    ...SECRETS.map(([, , secret]) => secret),
    'a',
    ' ',
    '\n',
    '-',
    '4',
    'Bearer ',
    '://',
    '_',
    'é',
  )
  const texts = fc.array(fc.oneof(parts, fc.string({ maxLength: 4 })), { maxLength: 6 }).map((all) => all.join(''))

  it('has nothing to hide, nor has any part of it', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), (text, a, b) => {
        const [from, to] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y)
        for (const scrubber of [all, usual]) {
          if (!scrubber.isClear(text)) continue
          const part = text.slice(from, to)
          expect([scrubber.scrub(text), scrubber.scrub(part)]).toEqual([text, part])
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(SECRETS)('is none that has a secret of the pack %s in it (%s)', (_, __, secret) => {
    for (const text of [secret, `before${secret}`, `${secret}after`, `x ${secret} y`])
      expect(all.isClear(text)).toBe(false)
  })

  it('is none where a pattern must always be tried, or fails', () => {
    const pattern = { name: 'own', hint: undefined, minLength: 1, find: () => undefined }
    expect(createScrubber([pattern]).isClear('abc')).toBe(false)
    expect(createScrubber([{ ...pattern, minLength: 4 }]).isClear('abc')).toBe(true)
    expect([all.isClear('cart k7 of Ada'), createScrubber([]).isClear('4111111111111111')]).toEqual([true, true])
  })
})
