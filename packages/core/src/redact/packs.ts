import { hasLuhnDigit, isIban, isIpv4, isNoWord } from './checks.ts'
import { type NativePattern, nativePattern, type ValuePattern } from './value-pattern.ts'

/** What is known to be secret by how it looks, in packs that are chosen by name. */
export const PACK_NAMES = ['cards', 'bank', 'keys', 'email', 'phone', 'ip'] as const
export type PackName = (typeof PACK_NAMES)[number]

/** Chosen unless someone decides otherwise: numbers like phones' and addresses of machines are what people debug with. */
export const DEFAULT_PACKS: readonly PackName[] = ['cards', 'bank', 'keys', 'email']

const cards: readonly NativePattern[] = [
  {
    name: 'card',
    // The first four digits alone are in half of all ids.
    hint: /\d(?:[ -]?\d){12}/,
    minLength: 13,
    // Issuers' first digits, 13 to 19 of them.
    regex: /(?<![\d.])[3-6]\d{3}(?:[ -]?\d){9,15}(?!\d)/,
    verify: hasLuhnDigit,
  },
]

const bank: readonly NativePattern[] = [
  {
    name: 'IBAN',
    hint: /[A-Z]{2}\d\d/,
    minLength: 12,
    regex: /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])/,
    verify: isIban,
  },
]

/** What tokens begin with, by the choice of who issues them, and what follows. */
const API_KEYS: readonly (readonly [prefix: string, rest: RegExp])[] = [
  ['AIza', /[\w-]{20,}/],
  ['ghp_', /\w{16,}/],
  ['gho_', /\w{16,}/],
  ['ghu_', /\w{16,}/],
  ['ghs_', /\w{16,}/],
  ['ghr_', /\w{16,}/],
  ['github_pat_', /\w{20,}/],
  ['glpat-', /[\w-]{16,}/],
  ['xox', /[abeoprs]-[\w-]{10,}/],
  ['sk_live_', /\w{10,}/],
  ['sk_test_', /\w{10,}/],
  ['rk_live_', /\w{10,}/],
  ['sk-', /[\w-]{20,}/],
  ['npm_', /\w{30,}/],
  ['SG.', /[\w-]{10,}\.[\w-]{10,}/],
  ['hf_', /\w{20,}/],
  ['dop_v1_', /\w{20,}/],
  ['shpat_', /\w{20,}/],
  ['lr_api_', /[\w-]{8,}/],
  ['lr_pool_', /[\w-]{8,}/],
]

const startOf = (prefix: string) => prefix.replace('.', '\\.')

/** By the prefixes that their issuers give them so that they are found. */
const keys: readonly NativePattern[] = [
  {
    name: 'private key',
    hint: /-----BEGIN/,
    minLength: 27,
    // To the end of the text when its end is cut off.
    regex: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[^-]|-(?!----END))*(?:-----END [A-Z ]{0,40}-----)?/,
  },
  {
    name: 'JWT',
    hint: /eyJ/,
    minLength: 13,
    regex: /(?<![\w-])eyJ[\w-]{10,}(?:\.[\w-]*){0,4}/,
  },
  {
    name: 'AWS key',
    hint: /A[A-Z]{3}[A-Z0-9]{16}/,
    minLength: 20,
    regex: /(?<![A-Z0-9])A(?:KIA|SIA|GPA|IDA|ROA|NPA|NVA|BIA|CCA)[A-Z0-9]{16}(?![A-Z0-9])/,
  },
  {
    name: 'API key',
    hint: new RegExp(API_KEYS.map(([prefix]) => startOf(prefix)).join('|')),
    minLength: 12,
    regex: new RegExp(
      `(?<![A-Za-z0-9])(?:${API_KEYS.map(([prefix, rest]) => startOf(prefix) + rest.source).join('|')})`,
    ),
  },
  {
    name: 'credentials',
    hint: /:\/\//,
    minLength: 6,
    // The part of an address before its host: user:password@
    regex: /(?<=:\/\/)[^\s:/@]{0,128}:[^\s/@]{1,256}(?=@)/,
  },
  {
    name: 'token',
    hint: /earer |asic /,
    minLength: 14,
    regex: /(?<=\b(?:[Bb]earer|[Bb]asic) {1,4})[\w.~+/=-]{8,}/,
    verify: isNoWord,
  },
]

const email: readonly NativePattern[] = [
  {
    name: 'e-mail',
    hint: /@/,
    minLength: 5,
    // A top-level domain begins with a letter; `fastify@5.2.0` in a path is a version.
    regex:
      /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63}){0,7}\.[A-Za-z][A-Za-z0-9-]{0,62}/,
  },
]

const phone: readonly NativePattern[] = [
  {
    name: 'phone',
    hint: /\+\d|\d{3}[ -]|\)/,
    minLength: 9,
    // International, or North American.
    regex: /(?<![\d+])(?:\+\d(?:[ ().-]{0,2}\d){7,14}|(?:\(\d{3}\) ?|\d{3}[ -])\d{3}[ -]\d{4})(?!\d)/,
  },
]

const ip: readonly NativePattern[] = [
  {
    name: 'IP address',
    hint: /\d\.\d/,
    minLength: 7,
    regex: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]\d)/,
    verify: isIpv4,
  },
  {
    name: 'IP address',
    hint: /:[\da-fA-F:]/,
    minLength: 3,
    // Eight groups, or fewer around `::`.
    regex:
      /(?<![\w:.])(?:(?:[\da-fA-F]{1,4}:){7}[\da-fA-F]{1,4}|(?:[\da-fA-F]{1,4}:){1,6}(?::[\da-fA-F]{1,4}){1,6}|(?:[\da-fA-F]{1,4}:){1,7}:|::(?:[\da-fA-F]{1,4}:){0,6}[\da-fA-F]{1,4})(?![\w:])/,
  },
]

const PACKS: Record<PackName, readonly NativePattern[]> = { cards, bank, keys, email, phone, ip }

/** @param Expressions See `nativePattern`. */
export function patternsOf(packs: readonly PackName[], Expressions = RegExp): ValuePattern[] {
  return packs.flatMap((name) => PACKS[name].map((pattern) => nativePattern(pattern, Expressions)))
}
