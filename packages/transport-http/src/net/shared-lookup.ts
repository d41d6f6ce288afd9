import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

type Callback = Parameters<LookupFunction>[2]
/** `dns.lookup` with `all: true`. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Resolves names, one look-up at a time: whoever asks meanwhile gets the same answer. A look-up of the operating
 * system cannot be called off; it holds a thread of the pool (and the process) until the resolver gives up. Attempts
 * to connect must not pile up there and starve the application's own look-ups.
 */
export function createSharedLookup(lookupAll: LookupAll = systemLookup): LookupFunction {
  const pending = new Map<string, ((error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void)[]>()
  return (hostname, options, callback) => {
    const answer = answerTo(callback, options.all === true)
    const waiting = pending.get(hostname)
    if (waiting !== undefined) {
      waiting.push(answer)
      return
    }
    const waiters = [answer]
    pending.set(hostname, waiters)
    lookupAll(hostname, { all: true }, (error, addresses) => {
      pending.delete(hostname)
      for (const each of waiters) each(error, addresses)
    })
  }
}

/** `net` asks for all addresses when it may try several, and for one otherwise. */
function answerTo(callback: Callback, all: boolean) {
  return (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
    const first = addresses?.[0]
    if (error !== null || first === undefined) callback(error ?? new Error('the name has no address'), '')
    else if (all) callback(null, addresses)
    else callback(null, first.address, first.family)
  }
}
