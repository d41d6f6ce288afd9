import { LightrunError } from '@lightrun/core'

/**
 * The address of the API from what people type: `https://live.example.com`, with or without a slash at the end,
 * with or without a path in front of the API.
 *
 * @throws LightrunError `config_invalid`
 */
export function parseServerUrl(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const guess = /^[\w.-]+(:\d+)?(\/|$)/.test(server) ? `; did you mean http://${server} ?` : ''
    throw new LightrunError(
      'config_invalid',
      `the server address "${server}" is not an http:// or https:// URL, such as http://localhost:8080${guess}`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new LightrunError(
      'config_invalid',
      'the server address carries a user name or password; leave them out and pass an API key instead',
    )
  }
  url.search = ''
  url.hash = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** @throws LightrunError `config_invalid` for a key that cannot travel in a header. */
export function checkApiKey(apiKey: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey
  throw new LightrunError(
    'config_invalid',
    apiKey === ''
      ? 'the API key is empty; pass the key that the server printed on its first start, or one that was created since'
      : 'the API key contains characters that no key has (a space, a line break or a typographic quote); copy it again',
  )
}
