import {
  type Delivery,
  LightrunError,
  MAX_DOWN_FRAME_BYTES,
  MAX_UP_FRAME_BYTES,
  type Timers,
  type Transport,
  wait,
} from '@lightrun/core'
import { toDelivery } from './answers/to-delivery.ts'
import { toNews } from './answers/to-news.ts'
import { createWords } from './answers/words.ts'
import { type Endpoint, parseEndpoint } from './endpoint.ts'
import { DEFAULT_TIMEOUTS, type HttpTimeouts, MAX_PROBLEM_BYTES, MIN_EMPTY_POLL_MS } from './limits.ts'
import type { Answer } from './net/answer.ts'
import { createConnection } from './net/connection.ts'
import { createConnections } from './net/connections.ts'
import type { TlsOptions } from './net/open-socket.ts'
import { type Proxy, proxyAuthorization } from './net/proxy.ts'
import { createSharedLookup } from './net/shared-lookup.ts'
import { unrefTimers } from './time/unref-timers.ts'

export interface HttpTransportOptions {
  /** `https://host`, with a port and a path prefix where the server has them. */
  endpoint: string
  /** The key of the agent pool. Sent to the endpoint and nowhere else; in no message. */
  secret: string
  agentId: string
  tls?: TlsOptions
  /** What goes to the server goes through this proxy: in a tunnel where it is `https:`, otherwise as it is. */
  proxy?: Proxy
  timeouts?: Partial<HttpTimeouts>
  /** Must not keep the process alive. Default: the timers of Node.js, unref'd. */
  timers?: Timers
}

/**
 * Frames over HTTP: each sent frame is a POST, and a poll that the server holds until it has a newer state brings the
 * frames for this agent. The binding is described with `AGENT_FRAMES_PATH` in `@lightrun/core`.
 *
 * - `send` settles with `accepted`, `retry` (after `Retry-After`) or `refused`; it never rejects.
 * - `receive` ends when the signal aborts or the caller leaves the loop; the connections are closed then. It throws
 *   LightrunError `link_lost`, `unauthorized` or `agent_unknown`.
 *
 * @throws LightrunError `config_invalid` when the endpoint is no address or the secret cannot be sent
 */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  const { secret, agentId, tls = {}, proxy, timers = unrefTimers } = options
  const endpoint = parseEndpoint(options.endpoint)
  if (!/^[\x21-\x7e]+$/.test(secret)) {
    throw new LightrunError('config_invalid', 'the secret is empty or has spaces or other characters that no key has')
  }
  const timeouts: HttpTimeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts }
  const words = createWords(endpoint.origin, secret)
  const lookup = createSharedLookup()
  const connections = createConnections(() => createConnection({ endpoint, proxy, tls, timeouts, timers, lookup }))
  const { path: framesPath, headers: ours } = requestsTo(endpoint, proxy, secret)

  async function send(frame: Uint8Array, signal: AbortSignal): Promise<Delivery> {
    if (frame.byteLength > MAX_UP_FRAME_BYTES) {
      const message = `the frame has ${frame.byteLength} bytes, more than the limit of ${MAX_UP_FRAME_BYTES}`
      return { status: 'refused', code: 'frame_too_large', message }
    }
    let isUnsent = true
    const onSending = () => {
      isUnsent = false
    }
    try {
      const headers = { ...ours, 'content-type': 'application/json' }
      const request = { method: 'POST', path: framesPath, headers, body: frame, onSending } as const
      const limits = { headersMs: timeouts.answerMs, bodyMs: timeouts.bodyMs, bodyBytes: () => MAX_PROBLEM_BYTES }
      return toDelivery(await connections.exchange(request, limits, signal), words, Date.now())
    } catch (cause) {
      const retry: Delivery & { status: 'retry' } = isUnsent ? { status: 'retry', unsent: true } : { status: 'retry' }
      return signal.aborted ? retry : { ...retry, cause: words.noAnswer('server_unreachable', cause) }
    }
  }

  async function poll(after: number, signal: AbortSignal): Promise<Answer> {
    const path = `${framesPath}?agent=${encodeURIComponent(agentId)}&after=${after}`
    const limits = { headersMs: timeouts.pollMs, bodyMs: timeouts.bodyMs, bodyBytes: pollBodyBytes }
    try {
      return await connections.exchange({ method: 'GET', path, headers: ours }, limits, signal)
    } catch (cause) {
      throw words.noAnswer('link_lost', cause)
    }
  }

  async function* receive(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    connections.keep()
    let after = -1
    try {
      while (!signal.aborted) {
        const startedAtMs = timers.nowMs()
        const news = toNews(await poll(after, signal), words, Date.now())
        if (signal.aborted) return
        if (news.status === 'frame' && news.version > after) {
          after = news.version
          yield news.frame
          continue
        }
        const earlyMs = MIN_EMPTY_POLL_MS - (timers.nowMs() - startedAtMs)
        if (earlyMs > 0) await wait(timers, earlyMs, signal)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      connections.release()
    }
  }

  return { send, receive }
}

function pollBodyBytes(status: number): number {
  return status === 200 ? MAX_DOWN_FRAME_BYTES : MAX_PROBLEM_BYTES
}

/** A proxy that sees the requests is told their whole address, and who asks; one that only passes bytes on has been told. */
function requestsTo(endpoint: Endpoint, proxy: Proxy | undefined, secret: string) {
  const headers: Record<string, string> = { authorization: `Bearer ${secret}` }
  if (proxy === undefined || endpoint.secure) return { path: endpoint.framesPath, headers }
  const known = proxyAuthorization(proxy)
  if (known !== undefined) headers['proxy-authorization'] = known
  return { path: endpoint.origin + endpoint.framesPath, headers }
}
