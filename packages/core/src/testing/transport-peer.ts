import type { Delivery, Transport } from '../transport/transport.ts'

/** How the server answers a frame: a delivery, or not at all, or with what is not an answer. */
export type PeerAnswer = Delivery | 'hold' | 'break' | 'garbage'

/**
 * A transport and the server it talks to, as the contract suite drives it. What a binding cannot do (a memory
 * transport has no garbage) it does as the nearest failure it knows.
 */
export interface TransportPeer {
  readonly transport: Transport
  /** From now on every frame is answered so. At the start: accepted. */
  answer(next: PeerAnswer): void
  /** Settles once the server has received this many frames; all of them, oldest first. */
  frames(count: number): Promise<readonly Uint8Array[]>
  /** The desired state from now on. Versions grow. */
  publish(version: number, frame: Uint8Array): void
  /** Settles once a `receive` is open and waits at the server. */
  listening(): Promise<void>
  /** Cuts every open `receive`, as a network does. Later ones work again. */
  cut(): void
  /** Answers open and later `receive` with what is not ours, until the next `publish`. */
  garble(): void
  /** From now on the key is wrong. */
  revoke(): void
  /** From now on the server does not know the agent. */
  forget(): void
  /** Ends the server and the transport. */
  close(): Promise<void>
}
