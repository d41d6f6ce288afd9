import type { AgentInfo } from '../model/agent-info.ts'
import { MAX_REPORTS_PER_FRAME, MAX_UP_FRAME_BYTES, PROTOCOL_VERSION } from '../protocol/frames.ts'
import type { Outgoing } from '../protocol/log-line.ts'
import { createLogShortener } from '../protocol/short-log.ts'
import { approximateBytes } from './approximate-bytes.ts'
import { createPlainEncoder } from './encode-plain.ts'
import type { ReportQueue } from './report-queue.ts'

/** Kept free in each frame for its head and a hello, which comes to some 30 KB at its largest. */
export const FRAME_HEAD_BYTES = 64 * 1024
/** Largest body of a frame, and so largest report: what fits a frame of its own. */
export const MAX_BODY_BYTES = MAX_UP_FRAME_BYTES - FRAME_HEAD_BYTES
/**
 * A frame takes no further report once its reports come to about this many bytes of memory; hits of logs take a third of
 * that on the wire. Encoding holds the application up by half a millisecond then; each frame costs it 0.2 ms besides.
 */
export const TARGET_FRAME_BYTES = 256 * 1024

/** A frame on its way, and what it is made of. */
export interface CutFrame {
  readonly bytes: Uint8Array
  readonly reports: readonly Outgoing[]
  /** The last part of `bytes`, which no hello changes. */
  readonly body: Uint8Array
  /** What its reports come to, as `targetBytes` counts. */
  readonly size: number
  /** Sequence number of the first report. */
  readonly first: number
  readonly hasHello: boolean
}

export interface FrameCutter {
  /** The next frame, of at most about `targetBytes`; undefined when there is nothing to say. */
  cut(hello: AgentInfo | undefined, targetBytes: number): CutFrame | undefined
  /** The same reports under the same numbers, with a hello. */
  withHello(frame: CutFrame, hello: AgentInfo): CutFrame
  /** The reports of a frame that is too large go into smaller ones, under the same numbers. */
  putBack(frame: CutFrame): void
  /** Reports put back or ahead of their frame. */
  readonly waiting: number
}

/** Numbers reports and packs them. A report that fits no frame becomes a loss (`too_large`). */
export function createFrameCutter(agentId: string, queue: ReportQueue): FrameCutter {
  const encode = createPlainEncoder()
  const encoder = new TextEncoder()
  /** Not yet in a frame. Only a frame that is made takes them from here: a fault on the way loses none. */
  let ahead: Outgoing[] = []
  let next = 1

  /** How many of those ahead go into the next frame, as many as it takes. */
  function pick(targetBytes: number): { count: number; size: number } {
    let count = 0
    let size = 0
    while (count < MAX_REPORTS_PER_FRAME) {
      const report = ahead[count] ?? fetch()
      if (report === undefined) break
      const bytes = approximateBytes(report)
      if (count > 0 && size + bytes > targetBytes) break
      size += bytes
      count++
    }
    return { count, size }
  }

  function fetch(): Outgoing | undefined {
    const report = queue.take()
    if (report !== undefined) ahead[ahead.length] = report
    return report
  }

  /** What fits; the rest waits for the next frame. Empty when the queue is. */
  function pack(targetBytes: number): Pick<CutFrame, 'reports' | 'body' | 'size'> {
    let { count, size } = pick(targetBytes)
    for (;;) {
      const reports = ahead.slice(0, count)
      const body = bodyOf(reports)
      if (body.byteLength <= MAX_BODY_BYTES) return { reports, body, size }
      // Sizes were guessed: an escaped character takes six bytes.
      if (count > 1) {
        count = Math.ceil(count / 2)
        size = reports.slice(0, count).reduce((sum, report) => sum + approximateBytes(report), 0)
        continue
      }
      const rest = ahead.slice(1)
      queue.giveUp(reports, 'too_large')
      ahead = rest
      ;({ count, size } = pick(targetBytes))
    }
  }

  function bodyOf(reports: readonly Outgoing[]): Uint8Array {
    const { logs, shorten } = createLogShortener()
    const short = reports.map(shorten)
    return encoder.encode(encode(logs.length === 0 ? { reports: short } : { logs, reports: short }))
  }

  function assemble(packed: Pick<CutFrame, 'reports' | 'body' | 'size' | 'first'>, hello?: AgentInfo): CutFrame {
    const { reports, body, size, first } = packed
    const head = encoder.encode(encode({ protocol: PROTOCOL_VERSION, agentId, hello, first }))
    return { bytes: join(head, body), reports, body, size, first, hasHello: hello !== undefined }
  }

  return {
    cut(hello, targetBytes) {
      const packed = pack(targetBytes)
      if (packed.reports.length === 0 && hello === undefined) return undefined
      const frame = assemble({ ...packed, first: next }, hello)
      ahead = ahead.slice(packed.reports.length)
      next += packed.reports.length
      return frame
    },
    withHello: (frame, hello) => assemble(frame, hello),
    putBack(frame) {
      ahead = [...frame.reports, ...ahead]
      next = frame.first
    },
    get waiting() {
      return ahead.length
    },
  }
}

const COMMA = 0x2c

/** Two objects as one. */
function join(head: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.byteLength + body.byteLength - 1)
  bytes.set(head)
  bytes.set(body, head.byteLength - 1)
  bytes[head.byteLength - 1] = COMMA
  return bytes
}
