/** `text` without secrets; where looking for them fails, `otherwise`, which has none. Never throws. */
export function scrubOr(text: string, scrub: (text: string) => string, otherwise: string): string {
  try {
    const scrubbed = scrub(text)
    // Nothing of it is left where a pattern failed.
    return scrubbed[0] === text[0] ? scrubbed : otherwise
  } catch {
    return otherwise
  }
}
