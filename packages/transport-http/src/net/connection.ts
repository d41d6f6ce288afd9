import type { Socket } from 'node:net'
import { Client } from 'undici'
import { MAX_HEADER_BYTES } from '../limits.ts'
import type { Answer, ExchangeLimits, HttpRequest } from './answer.ts'
import { type OpenSocketOptions, openSocket } from './open-socket.ts'

/** One connection to the server: opened by the first exchange, again when the server has closed it. */
export interface Connection {
  /**
   * One request and its answer; not during another. Rejects when there is no whole answer within the limits, or with
   * the signal's reason; the connection is closed then. Redirects are answers: nothing follows them.
   */
  exchange(request: HttpRequest, limits: ExchangeLimits, signal: AbortSignal): Promise<Answer>
  /** Closes at once, whatever is in flight. */
  close(): void
  readonly closed: boolean
}

export function createConnection(options: OpenSocketOptions): Connection {
  let socket: Socket | undefined
  let closed = false
  const client = new Client(options.endpoint.origin, {
    connect: (_, callback) => {
      socket = openSocket(options, (error, opened) =>
        opened === null ? callback(error ?? new Error('no socket'), null) : callback(null, opened),
      )
    },
    maxHeaderSize: MAX_HEADER_BYTES,
    // Our own limits bound the whole answer; those of undici start anew with each byte that drips in.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  })

  function close(): void {
    if (closed) return
    closed = true
    client.destroy().catch(() => {})
    // A client that is still connecting does not know its socket yet.
    socket?.destroy()
  }

  function exchange(request: HttpRequest, limits: ExchangeLimits, signal: AbortSignal): Promise<Answer> {
    const { onSending, ...sent } = request
    return new Promise<Answer>((resolve, reject) => {
      let status = 0
      let headers: Answer['headers'] = {}
      let size = 0
      const chunks: Uint8Array[] = []

      let settled = false
      const leave = () => {
        settled = true
        cancelLimit()
        signal.removeEventListener('abort', abort)
      }
      const fail = (error: unknown) => {
        leave()
        close()
        reject(error)
      }
      const abort = () => fail(signal.reason)
      let cancelLimit = options.timers.after(limits.headersMs, () =>
        fail(new Error(`no answer within ${limits.headersMs} ms`)),
      )
      signal.addEventListener('abort', abort)
      if (signal.aborted) return abort()

      const handler = {
        onRequestStart: () => onSending?.(),
        onResponseStart(_: unknown, statusCode: number, received: Answer['headers']) {
          // Answers below 200 announce the answer. They do not extend its time.
          if (settled || statusCode < 200) return
          status = statusCode
          headers = received
          cancelLimit()
          cancelLimit = options.timers.after(limits.bodyMs, () =>
            fail(new Error(`the answer was not complete within ${limits.bodyMs} ms`)),
          )
        },
        onResponseData(_: unknown, chunk: Uint8Array) {
          if (settled) return
          size += chunk.byteLength
          if (size <= limits.bodyBytes(status)) {
            chunks.push(chunk)
            return
          }
          leave()
          close()
          resolve({ status, headers, body: undefined })
        },
        onResponseEnd() {
          leave()
          resolve({ status, headers, body: Buffer.concat(chunks) })
        },
        onResponseError: (_: unknown, error: Error) => fail(error),
      }
      try {
        client.dispatch({ ...sent, headers: { ...sent.headers } }, handler)
      } catch (error) {
        fail(error)
      }
    })
  }

  return {
    exchange,
    close,
    get closed() {
      return closed
    },
  }
}
