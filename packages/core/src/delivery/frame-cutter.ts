import type { AgentInfo } from '../model/agent-info.ts'
import type { Report } from '../model/report.ts'
import { MAX_REPORTS_PER_FRAME, MAX_UP_FRAME_BYTES, PROTOCOL_VERSION } from '../protocol/frames.ts'
import { createPlainEncoder } from './encode-plain.ts'
import type { ReportQueue } from './report-queue.ts'

/** Kept free in each frame for its head and a hello, which comes to some 30 KB at its largest. */
export const FRAME_HEAD_BYTES = 64 * 1024
/** Largest report: what fits a frame of its own. */
export const MAX_REPORT_BYTES = MAX_UP_FRAME_BYTES - FRAME_HEAD_BYTES
/** A frame takes no further report once it has this many bytes: encoding a full one would hold the application up for milliseconds. */
export const TARGET_FRAME_BYTES = 128 * 1024

/** A frame on its way, and what it is made of. */
export interface CutFrame {
  readonly bytes: Uint8Array
  readonly reports: readonly Report[]
  readonly encoded: readonly EncodedReport[]
  /** Sequence number of the first report. */
  readonly first: number
  readonly hasHello: boolean
}

interface EncodedReport {
  report: Report
  bytes: Uint8Array
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
  /** Encoded, not yet in a frame: put back, or did not fit the last one. */
  let ahead: EncodedReport[] = []
  let next = 1

  function nextReport(): EncodedReport | undefined {
    const waiting = ahead.shift()
    if (waiting !== undefined) return waiting
    for (let report = queue.take(); report !== undefined; report = queue.take()) {
      const bytes = encoder.encode(encode(report))
      if (bytes.byteLength <= MAX_REPORT_BYTES) return { report, bytes }
      queue.forfeit([report], 'too_large')
    }
    return undefined
  }

  function pick(targetBytes: number): EncodedReport[] {
    const picked: EncodedReport[] = []
    let bytes = 0
    while (picked.length < MAX_REPORTS_PER_FRAME) {
      const found = nextReport()
      if (found === undefined) break
      if (picked.length > 0 && bytes + found.bytes.byteLength > targetBytes) {
        ahead.unshift(found)
        break
      }
      picked.push(found)
      bytes += found.bytes.byteLength + 1
    }
    return picked
  }

  function assemble(encoded: readonly EncodedReport[], first: number, hello: AgentInfo | undefined): CutFrame {
    const head = encode({ protocol: PROTOCOL_VERSION, agentId, hello, first })
    const bytes = join(encoder.encode(`${head.slice(0, -1)},"reports":[`), encoded, encoder.encode(']}'))
    return { bytes, reports: encoded.map(({ report }) => report), encoded, first, hasHello: hello !== undefined }
  }

  return {
    cut(hello, targetBytes) {
      const encoded = pick(Math.min(targetBytes, MAX_REPORT_BYTES))
      if (encoded.length === 0 && hello === undefined) return undefined
      const first = next
      next += encoded.length
      return assemble(encoded, first, hello)
    },
    withHello: (frame, hello) => assemble(frame.encoded, frame.first, hello),
    putBack(frame) {
      ahead = [...frame.encoded, ...ahead]
      next = frame.first
    },
    get waiting() {
      return ahead.length
    },
  }
}

const COMMA = 0x2c

function join(head: Uint8Array, reports: readonly EncodedReport[], tail: Uint8Array): Uint8Array {
  let length = head.byteLength + tail.byteLength + Math.max(0, reports.length - 1)
  for (const { bytes } of reports) length += bytes.byteLength
  const frame = new Uint8Array(length)
  frame.set(head)
  let at = head.byteLength
  for (const [i, { bytes }] of reports.entries()) {
    if (i > 0) frame[at++] = COMMA
    frame.set(bytes, at)
    at += bytes.byteLength
  }
  frame.set(tail, at)
  return frame
}
