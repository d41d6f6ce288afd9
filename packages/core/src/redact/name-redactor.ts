import { uncurryThis } from '../mirror/uncurry-this.ts'
import type { Redactor } from './redactor.ts'
import { createSplitter, MAX_NAME_LENGTH } from './split-name.ts'

/**
 * Names whose values never leave the process unless someone decides otherwise. Written as words; `apiKey`,
 * `API_KEY`, `x-api-key` and `apikey` all match `api key`.
 */
export const DEFAULT_REDACTED_NAMES: readonly string[] = [
  // What lets someone in
  ...['password', 'passwd', 'pwd', 'pass', 'passphrase', 'passcode', 'pin', 'pin code', 'otp', 'one time code'],
  ...['secret', 'token', 'jwt', 'bearer', 'auth', 'authorization', 'credential', 'cred', 'cookie', 'session id', 'sid'],
  ...['api key', 'access key', 'account key', 'master key', 'license key', 'csrf', 'xsrf', 'security answer'],
  ...['connection string', 'database url'],
  // What signs and decrypts
  ...['private key', 'secret key', 'signing key', 'encryption key', 'ssh key', 'rsa key', 'seed phrase', 'mnemonic'],
  // What identifies or charges a person
  ...['card number', 'credit card', 'cc number', 'cvv', 'cvc', 'iban', 'bank account', 'account number'],
  ...['routing number', 'ssn', 'social security', 'passport number', 'tax id', 'driver license'],
]

/** Shorter names are looked for only as the last word: `userPin`, but not `pinBoard`. */
const MIN_CONTAINED_LENGTH = 5
/** Names remembered. A program has a few thousand distinct ones; a dictionary with more starts the cache afresh. */
export const MAX_CACHED_NAMES = 4_096

/** `passwordLength` and `tokenType` speak about a secret and do not hold it. */
const INNOCENT_LAST = words(
  'length count size limit type kind policy strategy strength age ttl expiry expiration expires valid required enabled disabled field label name pattern regex regexp schema rule error url uri path endpoint index',
)
/** So do `hasPassword` and `maxTokens`. */
const INNOCENT_FIRST = words('is has have had max min num total should needs requires require')

/**
 * Hides by whole normalised name, or by contained words: `userPassword`, `x-api-key`, `db_password_old`; glued
 * lower case at the end: `dbpassword`. Shows what only sounds alike (`tokenizer`, `passwordless`, `author`) and what
 * speaks about a secret (`tokenCount`). In doubt it hides. About 20 ns for a name it has met.
 */
export function createNameRedactor(names: readonly string[] = DEFAULT_REDACTED_NAMES): Redactor {
  const includes = uncurryThis(String.prototype.includes)
  const endsWith = uncurryThis(String.prototype.endsWith)
  const cacheGet = uncurryThis(Map.prototype.get) as (self: unknown, key: string) => boolean | undefined
  const cacheSet = uncurryThis(Map.prototype.set)
  const cacheHas = uncurryThis(Set.prototype.has)
  const split = createSplitter()

  const phrases = names.map((name) => split(name)).filter((list) => list.length > 0)
  const whole = new Set(phrases.map((list) => list.join('')))
  /** ` api key ` and ` apikey `, to be found in a name's words between spaces. */
  const contained: string[] = []
  const last: string[] = []
  const glued: string[] = []
  for (const phrase of phrases) {
    const joined = phrase.join('')
    const list = joined.length < MIN_CONTAINED_LENGTH ? last : contained
    list.push(` ${phrase.join(' ')} `, ` ${joined} `)
    if (joined.length >= MIN_CONTAINED_LENGTH) glued.push(`${joined} `)
  }

  const cache = new Map<string, boolean>()
  let cached = 0

  function judge(name: string): boolean {
    const parts = split(name)
    let joined = ''
    for (let i = 0; i < parts.length; i++) joined += parts[i]
    if (cacheHas(whole, joined)) return true
    // `cvv2` and `password1` are numbered, not named after a number.
    let end = parts.length
    while (end > 0 && isDigits(parts[end - 1])) end--
    let spaced = ' '
    for (let i = 0; i < end; i++) spaced += `${parts[i]} `
    if (cacheHas(INNOCENT_LAST, parts[end - 1]) || cacheHas(INNOCENT_FIRST, parts[0])) return false
    for (let i = 0; i < contained.length; i++) if (includes(spaced, contained[i] as string)) return true
    for (let i = 0; i < last.length; i++) if (endsWith(spaced, last[i] as string)) return true
    for (let i = 0; i < glued.length; i++) if (endsWith(spaced, glued[i] as string)) return true
    return false
  }

  return {
    hides(name) {
      const known = cacheGet(cache, name)
      if (known !== undefined) return known
      const hidden = judge(name)
      if (name.length > MAX_NAME_LENGTH) return hidden
      if (cached === MAX_CACHED_NAMES) {
        clear(cache)
        cached = 0
      }
      cacheSet(cache, name, hidden)
      cached++
      return hidden
    },
  }
}

const clear = uncurryThis(Map.prototype.clear)

function words(text: string): ReadonlySet<string | undefined> {
  return new Set(text.split(' '))
}

/** Parts are cut where letters and digits meet. */
function isDigits(part: string | undefined): boolean {
  const first = part?.[0]
  return first !== undefined && first >= '0' && first <= '9'
}
