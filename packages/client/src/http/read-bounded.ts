/**
 * The body as text, or `undefined` once it has more than `limit` bytes; the rest is then not read.
 * Rejects when the connection breaks.
 */
export async function readBounded(response: Response, limit: number): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let bytes = 0
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > limit) {
      // The answer is refused already; whether its connection closes cleanly changes nothing.
      reader.cancel().catch(() => undefined)
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}
