/** Known by how they look; the digits are such that no part of another text is one of them. */
export const BY_LOOK = [
  '4111111111111111',
  '5500 0055 5555 5559',
  'GB82 WEST 1234 5698 7654 32',
  'DE89370400440532013000',
  'ada.lovelace@analytical.example',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
  'ghp_0123456789abcdefABCDEF0123456789abcd',
  'AKIAIOSFODNN7EXAMPLE',
  'sk_live_abcdefghijklmnop1234',
]
export const PRIVATE_KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----'
/** As it stands in JSON, too. */
export const KEY_BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'
/** Looks like nothing: only the name that it stands under tells. */
export const BY_NAME = 'correct horse battery staple'
export const HIDDEN_NAMES = [
  'password',
  'userPassword',
  'API_KEY',
  'x-api-key',
  'authorization',
  'Set-Cookie',
  'clientSecret',
]

/** The beginning alone tells too much. */
const FRAGMENT = 9
const FRAGMENTS = [...BY_LOOK, KEY_BODY, BY_NAME].map((secret) => secret.slice(0, FRAGMENT))

/** Which of them are in a text, without a look at what it means. */
export const secretsIn = (text: string): string[] => FRAGMENTS.filter((fragment) => text.includes(fragment))
