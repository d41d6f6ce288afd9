import { describe, expect, it } from 'vitest'
import { createNameRedactor, DEFAULT_REDACTED_NAMES, MAX_CACHED_NAMES } from './name-redactor.ts'

const redactor = createNameRedactor()

describe('hidden by default', () => {
  it.each([
    ...['password', 'Password', 'PASSWORD', 'passwords', 'userPassword', 'user_password', 'user-password'],
    ...['user password', 'passwordHash', 'db_password_old', 'dbpassword', 'DB_PASSWD', 'smtpPass', 'pwd', 'password1'],
    ...['token', 'tokens', 'accessToken', 'access_token', 'accesstoken', 'refreshTokenValue', 'csrfToken', 'id_token'],
    ...['apiKey', 'apikey', 'api_key', 'API_KEY', 'APIKey', 'x-api-key', 'X-Api-Keys', 'stripeApiKeyLive'],
    ...['secret', 'clientSecret', 'AWS_SECRET_ACCESS_KEY', 'secretKey', 'privateKey', 'PRIVATE_KEY_PEM'],
    ...['authorization', 'Authorization', 'proxy-authorization', 'auth', 'basicAuth', 'bearer', 'jwt', 'userJwt'],
    ...['cookie', 'Set-Cookie', 'cookies', 'connect.sid', 'sessionId', 'session_id', 'PHPSESSIONID'],
    ...['credentials', 'awsCredentials', 'creds', 'cardNumber', 'card_number', 'creditCard', 'cvv', 'CVV2', 'cardCvc'],
    ...['ssn', 'userSSN', 'socialSecurityNumber', 'iban', 'DATABASE_URL', 'connectionString', 'Symbol(password)'],
  ])('%s', (name) => {
    expect(redactor.hides(name)).toBe(true)
  })
})

describe('shown by default', () => {
  it.each([
    ...['tokenizer', 'tokenize', 'passwordless', 'author', 'authors', 'authority', 'bypass', 'compass', 'secretary'],
    ...[
      'tokenCount',
      'maxTokens',
      'tokenType',
      'hasPassword',
      'isSecret',
      'passwordLength',
      'cookieName',
      'apiKeyName',
    ],
    ...['key', 'keys', 'id', 'userId', 'session', 'card', 'cart', 'spinner', 'pinBoard', 'sidebar', 'passenger'],
    ...['access', 'account', 'number', 'monkey', 'authenticated', 'assignment', 'lesson', '', '_', '0', 'ключ'],
  ])('%s', (name) => {
    expect(redactor.hides(name)).toBe(false)
  })
})

describe('a list of one’s own', () => {
  it('replaces the default list and is written in any style', () => {
    const own = createNameRedactor(['dateOfBirth', 'e-mail'])
    for (const name of ['date_of_birth', 'DateOfBirth', 'userDateOfBirth', 'E_MAIL', 'userEMail']) {
      expect(own.hides(name)).toBe(true)
    }
    expect(own.hides('password')).toBe(false)
    expect(createNameRedactor([]).hides('password')).toBe(false)
    expect(createNameRedactor(['', '--']).hides('')).toBe(false)
    const more = createNameRedactor([...DEFAULT_REDACTED_NAMES, 'vat'])
    expect([more.hides('vat'), more.hides('password')]).toEqual([true, true])
  })
})

describe('bounds', () => {
  it('answers the same before, in and after the cache', () => {
    const fresh = createNameRedactor()
    for (let i = 0; i < MAX_CACHED_NAMES * 2 + 5; i++) expect(fresh.hides(`key${i}`)).toBe(false)
    expect(fresh.hides('password')).toBe(true)
    expect(fresh.hides('password')).toBe(true)
  })

  it('looks at the beginning of an endless name only', () => {
    const start = performance.now()
    expect(redactor.hides(`password_${'x'.repeat(10_000_000)}`)).toBe(true)
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  it('does not run what the application puts on the prototypes', () => {
    const includes = String.prototype.includes
    const get = Map.prototype.get
    const fresh = createNameRedactor()
    let hidden = false
    String.prototype.includes = Map.prototype.get = () => {
      throw new Error('application code ran')
    }
    try {
      hidden = fresh.hides('userPassword')
    } finally {
      String.prototype.includes = includes
      Map.prototype.get = get
    }
    expect(hidden).toBe(true)
  })
})
