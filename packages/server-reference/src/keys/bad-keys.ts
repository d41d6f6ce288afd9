import type { Clock } from '../clock.ts'

/** Refused keys of one address a minute, before it is told to wait: far more than a mistyped configuration makes. */
export const MAX_BAD_KEYS_PER_MINUTE = 60
/** Addresses remembered; the oldest is forgotten. Bounds memory, not security: 256 bits are not guessed. */
export const MAX_REMEMBERED_ADDRESSES = 10_000

const WINDOW_MS = 60_000

/**
 * Counts refused keys by address. It answers 429 in place of 401 and never looks at good keys: whoever shares an
 * address with a misconfigured agent is not locked out.
 */
export interface BadKeys {
  /** Seconds to stay away, or `undefined` while the address is within its rate. */
  count(address: string): number | undefined
}

export function createBadKeys(clock: Clock): BadKeys {
  const windows = new Map<string, { startMs: number; count: number }>()
  return {
    count(address) {
      const now = clock.now()
      let window = windows.get(address)
      if (window === undefined || now - window.startMs >= WINDOW_MS) {
        window = { startMs: now, count: 0 }
        windows.delete(address)
        windows.set(address, window)
        const oldest = windows.size > MAX_REMEMBERED_ADDRESSES ? windows.keys().next() : undefined
        if (oldest?.done === false) windows.delete(oldest.value)
      }
      window.count += 1
      if (window.count <= MAX_BAD_KEYS_PER_MINUTE) return undefined
      return Math.max(1, Math.ceil((window.startMs + WINDOW_MS - now) / 1_000))
    },
  }
}
