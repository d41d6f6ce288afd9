/** What an HTTP server said to one request. */
export interface Answer {
  status: number
  /** Names in lower case; a header that came several times is a list. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** `undefined` when it has more bytes than were asked for; the rest was not read. */
  body: Uint8Array | undefined
}

export interface HttpRequest {
  method: 'GET' | 'POST'
  path: string
  headers: Readonly<Record<string, string>>
  body?: Uint8Array
  /** Called when there is a connection, and before the first byte of the request goes there. */
  onSending?: () => void
}

export interface ExchangeLimits {
  /** From the start to the status of the answer. */
  headersMs: number
  /** From there to the last byte. */
  bodyMs: number
  /** How much of the body of an answer with this status is read. */
  bodyBytes(status: number): number
}

/** A header that came exactly once. */
export function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name]
  return typeof value === 'string' ? value : undefined
}
