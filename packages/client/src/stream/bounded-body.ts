const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** The part of a stream reader that an event source uses. */
export interface BodyReader {
  read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: undefined }>
  cancel(): Promise<void>
}

/**
 * A body of server-sent events whose single events have at most `limit` bytes: the parser behind it buffers an
 * event until its blank line, however long that takes. Over the limit, `read` rejects with what `refuse` returns.
 */
export function boundedBody(
  body: { getReader(): BodyReader },
  limit: number,
  refuse: () => Error,
): { getReader(): BodyReader } {
  return {
    getReader() {
      const reader = body.getReader()
      const overflows = eventMeter(limit)
      return {
        async read() {
          const chunk = await reader.read()
          if (!chunk.done && overflows(chunk.value)) {
            await reader.cancel().catch(() => undefined)
            throw refuse()
          }
          return chunk
        },
        cancel: () => reader.cancel(),
      }
    },
  }
}

/** Whether an event has grown over the limit with this chunk. */
function eventMeter(limit: number): (chunk: Uint8Array) => boolean {
  let eventBytes = 0
  let lineBytes = 0
  return (chunk) => {
    for (const byte of chunk) {
      eventBytes += 1
      if (byte === LINE_FEED) {
        if (lineBytes === 0) eventBytes = 0
        lineBytes = 0
      } else if (byte !== CARRIAGE_RETURN) {
        lineBytes += 1
      }
      if (eventBytes > limit) return true
    }
    return false
  }
}
