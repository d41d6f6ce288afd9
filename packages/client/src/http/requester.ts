import { LightrunError } from '@lightrun/core'
import { notOurs, parseJson, refusal, timedOut, tooLarge, unreachable } from './failure.ts'
import { readBounded } from './read-bounded.ts'

/**
 * One question to the server. Resolves with the validated answer; rejects with a LightrunError and nothing
 * else: the server's own code and details when it refused, `server_unreachable` or `server_error` otherwise.
 * When the caller's signal aborts, rejects with the reason of that signal.
 */
export type Requester = <T>(request: Request<T>) => Promise<T>

export interface Request<T> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the server address, without a slash in front. Its parts are already encoded. */
  path: string
  query?: Readonly<Record<string, string | number | undefined>>
  body?: unknown
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
  answer: Parser<T>
}

/** What a schema of core offers; structural, so that no validator shows in this package's types. */
export interface Parser<T> {
  safeParse(
    input: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly { path: readonly PropertyKey[] }[] } }
}

/** The answer of a request that has none (204). */
export const Nothing: Parser<void> = { safeParse: () => ({ success: true, data: undefined }) }

export interface RequesterOptions {
  /** Ends with a slash. */
  server: URL
  apiKey: string
  fetch: typeof globalThis.fetch
  timeoutMs: number
  maxResponseBytes: number
}

export function createRequester(options: RequesterOptions): Requester {
  return async (request) => {
    const url = urlOf(options.server, request)
    const timeout = AbortSignal.timeout(options.timeoutMs)
    try {
      const response = await options.fetch(url, initOf(options, request, timeout))
      const body = await readBounded(response, options.maxResponseBytes)
      if (body === undefined) throw tooLarge(url, options.maxResponseBytes)
      if (!response.ok) throw refusal(url, response, body)
      return validate(url, body, request.answer)
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason
      if (LightrunError.is(error)) throw error
      if (timeout.aborted) throw timedOut(url, options.timeoutMs)
      throw unreachable(url, error)
    }
  }
}

export function urlOf(server: URL, request: Pick<Request<unknown>, 'path' | 'query'>): URL {
  const url = new URL(request.path, server)
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

function initOf(options: RequesterOptions, request: Request<unknown>, timeout: AbortSignal): RequestInit {
  return {
    method: request.method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${options.apiKey}`,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    // Followed redirects turn POST into GET and take the key to another place.
    redirect: 'manual',
    signal: request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]),
  }
}

function validate<T>(url: URL, body: string, schema: Parser<T>): T {
  const parsed = schema.safeParse(parseJson(body))
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.map(String).join('.') || 'the whole of it'
  throw notOurs(url, `gave an answer that is not ours (${where} does not fit)`)
}
