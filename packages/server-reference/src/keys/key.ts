import { createHash, randomBytes, randomInt } from 'node:crypto'

/** Prefixes by which secret scanners and people tell the keys apart. */
export const KEY_PREFIX = { pool: 'lr_pool_', api: 'lr_api_' } as const
export type KeyKind = keyof typeof KEY_PREFIX

/** Bytes of randomness in a key: nobody guesses 256 bits, so a fast hash is enough to store it. */
export const KEY_BYTES = 32

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
/** Characters of an id: 62 bits, and people type it after `lightrun show`. */
const ID_LENGTH = 12

export function createKey(kind: KeyKind): string {
  return KEY_PREFIX[kind] + randomBytes(KEY_BYTES).toString('base64url')
}

/** What is stored and looked up. A look-up by hash takes no time that depends on the key. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Whether this can be a key of the kind at all: what cannot is not worth a query. */
export function isKey(kind: KeyKind, text: string): boolean {
  return text.startsWith(KEY_PREFIX[kind]) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(KEY_PREFIX[kind].length))
}

export function createId(): string {
  return Array.from({ length: ID_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}
