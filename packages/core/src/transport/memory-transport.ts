import type { ErrorCode } from '../errors/error-codes.ts'
import { LightrunError } from '../errors/lightrun-error.ts'
import type { Delivery, Transport } from './transport.ts'

/** The other end of a memory transport: what a server would do, by hand. */
export interface MemoryServer {
  /** Every frame that was sent, oldest first. */
  readonly received: readonly Uint8Array[]
  /** Decides each answer; accepts by default. A rejection counts as a broken link. */
  answer: (frame: Uint8Array) => Delivery | Promise<Delivery>
  /** The desired state from now on, for links that are open and links to come. */
  publish(frame: Uint8Array): void
  /** Ends every open `receive` with an error. Later ones work again. */
  breakLinks(code?: ErrorCode): void
  /** How many `receive` are open. */
  readonly links: number
}

/** Agent and server in one process: for tests, and for embedding both. Keeps nothing alive. */
export function createMemoryTransport(): { transport: Transport; server: MemoryServer } {
  const received: Uint8Array[] = []
  const links = new Set<Link>()
  let newest: Uint8Array | undefined

  const server: MemoryServer = {
    received,
    answer: () => ({ status: 'accepted' }),
    publish(frame) {
      newest = frame
      for (const link of links) link.wake()
    },
    breakLinks(code = 'link_lost') {
      for (const link of links) link.fail(new LightrunError(code, 'the memory link was broken; receive again'))
    },
    get links() {
      return links.size
    },
  }

  const transport: Transport = {
    async send(frame, signal) {
      if (signal.aborted) return { status: 'retry', cause: signal.reason }
      received.push(frame)
      const aborted = whenAborted(signal)
      try {
        return await Promise.race([aborted.promise, Promise.resolve(frame).then(server.answer)])
      } catch (cause) {
        return { status: 'retry', cause }
      } finally {
        aborted.forget()
      }
    },
    async *receive(signal) {
      const link = createLink(signal)
      links.add(link)
      try {
        let seen: Uint8Array | undefined
        while (!signal.aborted) {
          if (link.failure !== undefined) throw link.failure
          if (newest === undefined || newest === seen) {
            await link.changed()
            continue
          }
          seen = newest
          yield newest
        }
      } finally {
        links.delete(link)
        link.close()
      }
    },
  }
  return { transport, server }
}

interface Link {
  readonly failure: LightrunError | undefined
  wake(): void
  fail(error: LightrunError): void
  changed(): Promise<void>
  close(): void
}

function createLink(signal: AbortSignal): Link {
  let failure: LightrunError | undefined
  let resolve: (() => void) | undefined
  const wake = () => resolve?.()
  signal.addEventListener('abort', wake)
  return {
    get failure() {
      return failure
    },
    wake,
    fail(error) {
      failure ??= error
      wake()
    },
    changed: () =>
      new Promise((settle) => {
        resolve = settle
      }),
    close: () => signal.removeEventListener('abort', wake),
  }
}

function whenAborted(signal: AbortSignal): { promise: Promise<Delivery>; forget: () => void } {
  let onAbort = () => {}
  const promise = new Promise<Delivery>((resolve) => {
    onAbort = () => resolve({ status: 'retry', cause: signal.reason })
    signal.addEventListener('abort', onAbort)
  })
  return { promise, forget: () => signal.removeEventListener('abort', onAbort) }
}
