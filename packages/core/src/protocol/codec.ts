import type * as z from 'zod/mini'
import { LightrunError } from '../errors/lightrun-error.ts'
import { parse } from '../schema/parse.ts'
import { DesiredState, MAX_DOWN_FRAME_BYTES, MAX_UP_FRAME_BYTES, PROTOCOL_VERSION, UpFrame } from './frames.ts'
import { expandLogs } from './short-log.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** A frame is UTF-8 JSON. */
export function encodeFrame(frame: UpFrame | DesiredState): Uint8Array {
  return encoder.encode(JSON.stringify(frame))
}

/** @throws LightrunError `frame_too_large`, `protocol_unsupported` or `frame_invalid`; never anything else. */
export function decodeUpFrame(bytes: Uint8Array): UpFrame {
  return decode(bytes, MAX_UP_FRAME_BYTES, UpFrame, expandLogs)
}

/** @throws LightrunError `frame_too_large`, `protocol_unsupported` or `frame_invalid`; never anything else. */
export function decodeDesiredState(bytes: Uint8Array): DesiredState {
  return decode(bytes, MAX_DOWN_FRAME_BYTES, DesiredState)
}

function decode<T>(bytes: Uint8Array, limit: number, schema: z.ZodMiniType<T>, expand = (frame: unknown) => frame): T {
  if (bytes.byteLength > limit) {
    throw new LightrunError('frame_too_large', `a frame has ${bytes.byteLength} bytes, more than the limit of ${limit}`)
  }
  const json = parseJson(bytes)
  const version = typeof json === 'object' && json !== null && 'protocol' in json ? json.protocol : undefined
  if (typeof version === 'number' && version !== PROTOCOL_VERSION) {
    throw new LightrunError(
      'protocol_unsupported',
      `the peer speaks protocol ${version}, this side ${PROTOCOL_VERSION}; upgrade the older of the two`,
    )
  }
  const parsed = parse(schema, expand(json), { whole: 'the frame' })
  if (parsed.status === 'ok') return parsed.value
  throw new LightrunError('frame_invalid', `not a frame of ours: ${parsed.message}`)
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new LightrunError('frame_invalid', 'not a frame of ours: it is not UTF-8 JSON', { cause })
  }
}
