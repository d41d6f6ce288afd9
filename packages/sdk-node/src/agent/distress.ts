import { type AgentDetached, type AgentInfo, type Delivery, PROTOCOL_VERSION } from '@lightrun/core'
import { createDoublingPause } from './doubling-pause.ts'

/** So long after a detachment the usual hello has had its chance: a round trip, and the pauses around it. */
export const DISTRESS_AFTER_MS = 3_000
/** Pause after the first attempt; doubles with each. */
export const FIRST_DISTRESS_PAUSE_MS = 1_000
/** Longest pause between two attempts. */
export const MAX_DISTRESS_PAUSE_MS = 30_000

/**
 * Says that the agent is detached when the usual way of saying it is what is broken. The hello was encoded at the start; what
 * is added to it, and sending it, calls nothing that an application can replace.
 */
export interface Distress {
  /** Everything is off, and why; `undefined`: no longer. */
  detach(detached: AgentDetached | undefined): void
  /** Called about every second. `isSaid`: the server has accepted the usual hello. Never throws. */
  tick(isSaid: boolean): void
}

export interface DistressOptions {
  agentId: string
  hello: AgentInfo
  /** One attempt, by nothing but the transport. */
  send: (frame: Uint8Array) => Promise<Delivery>
  nowMs: () => number
}

// Taken when this file is loaded.
const encoder = new TextEncoder()
const encode = encoder.encode.bind(encoder)

export function createDistress({ agentId, hello, send, nowMs }: DistressOptions): Distress {
  const known = JSON.stringify({ protocol: PROTOCOL_VERSION, agentId, first: 1, reports: [], hello }).slice(0, -2)
  let frame: Uint8Array | undefined
  let isSending = false
  let nextMs = 0
  const pause = createDoublingPause(FIRST_DISTRESS_PAUSE_MS, MAX_DISTRESS_PAUSE_MS)

  async function call(bytes: Uint8Array): Promise<void> {
    isSending = true
    try {
      const { status } = await send(bytes)
      if (status === 'accepted' && frame === bytes) frame = undefined
    } catch {
      // Tried again.
    }
    isSending = false
  }

  return {
    detach(detached) {
      frame =
        detached &&
        encode(`${known},"detached":{"sinceMs":${detached.sinceMs},"message":"${inQuotes(detached.message)}"}}}`)
      nextMs = nowMs() + DISTRESS_AFTER_MS
      pause.reset()
    },
    tick(isSaid) {
      if (isSaid) frame = undefined
      const now = nowMs()
      if (frame === undefined || isSending || now < nextMs) return
      nextMs = now + pause.next()
      void call(frame)
    },
  }
}

/** As it stands in JSON; what would have to be escaped becomes a space. By index: no method, which may throw. */
function inQuotes(text: string): string {
  let quoted = ''
  for (let index = 0; index < text.length; index++) {
    const char = text[index] as string
    quoted += char >= ' ' && char !== '"' && char !== '\\' && char < '\u007f' ? char : ' '
  }
  return quoted
}
