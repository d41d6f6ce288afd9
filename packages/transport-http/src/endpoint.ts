import { AGENT_FRAMES_PATH, LightrunError } from '@lightrun/core'

/** Where the frames go. */
export interface Endpoint {
  /** `https://host:port`, for messages and for the client. */
  origin: string
  secure: boolean
  /** A name or an address; IPv6 without brackets. */
  host: string
  port: number
  /** The path of the frames, behind the prefix of the endpoint: `/lightrun/agent/v1/frames`. */
  framesPath: string
}

/** @throws LightrunError `config_invalid` when this is no address of a server. The message repeats no credentials. */
export function parseEndpoint(text: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid('is not an http:// or https:// address')
  }
  if (url.username !== '' || url.password !== '') throw invalid('has a user name or password in it; the key goes apart')
  if (url.search !== '' || url.hash !== '') throw invalid('has a query or fragment; leave the part from ? or # away')
  const secure = url.protocol === 'https:'
  return {
    origin: url.origin,
    secure,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    framesPath: url.pathname.replace(/\/+$/, '') + AGENT_FRAMES_PATH,
  }
}

function invalid(what: string): LightrunError {
  return new LightrunError(
    'config_invalid',
    `the endpoint ${what}; give the server's, such as https://lightrun.example`,
  )
}
