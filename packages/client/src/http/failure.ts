import { LightrunError, Problem } from '@lightrun/core'

/** What went wrong on the wire, in words that say what to check. Nothing here throws. */

export function unreachable(url: URL, cause: unknown): LightrunError {
  return new LightrunError(
    'server_unreachable',
    `cannot reach ${url.origin} (${reasonOf(cause)}); check the address, and that lightrun-server runs there`,
    { cause, details: { url: url.href } },
  )
}

export function timedOut(url: URL, timeoutMs: number): LightrunError {
  return new LightrunError(
    'server_unreachable',
    `${url.origin} did not answer within ${timeoutMs / 1_000} s; check that the server is healthy, then ask again`,
    { details: { url: url.href } },
  )
}

export function notOurs(url: URL, what: string, cause?: unknown): LightrunError {
  return new LightrunError(
    'server_error',
    `${url.href} ${what}; check that the address is a lightrun-server and that its version matches this client`,
    { cause, details: { url: url.href } },
  )
}

export function tooLarge(url: URL, limit: number): LightrunError {
  return new LightrunError(
    'server_error',
    `${url.href} answered with more than ${limit} bytes; ask for less at once (a smaller limit)`,
    { details: { url: url.href } },
  )
}

/** The server's refusal as it was meant: our problem document, or the best that can be made of anything else. */
export function refusal(url: URL, response: Response, body: string): LightrunError {
  const problem = Problem.safeParse(parseJson(body))
  if (problem.success) {
    return new LightrunError(problem.data.code, problem.data.detail, { details: problem.data.details ?? {} })
  }
  // A browser hides the status of a redirect that was not followed: it is then 0.
  if (response.status === 0 || (response.status >= 300 && response.status < 400)) {
    const location = response.headers.get('location')
    const target = location === null ? 'elsewhere' : `to ${location}`
    return notOurs(url, `redirects ${target}; use the final address, requests with a key are not redirected`)
  }
  if (response.status === 401 || response.status === 403) {
    return new LightrunError(
      'unauthorized',
      `${url.origin} refused the API key (status ${response.status}); check the key and that it belongs to this server`,
    )
  }
  return notOurs(url, `answered with status ${response.status} and no explanation`)
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Where the words of the system help nobody. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; its address begins with http://',
  EPROTO: 'it does not speak TLS as we do; perhaps its address begins with http://',
}

/** `fetch` says only "fetch failed"; the reason that helps (ECONNREFUSED, a certificate) is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof AggregateError) return reasonOf(error.cause.errors[0])
  if (error.cause instanceof Error) return reasonOf(error.cause)
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' ? (REASONS[code] ?? (error.message || code)) : error.message || error.name
}
