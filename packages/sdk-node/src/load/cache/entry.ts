import { crc32 } from 'node:zlib'
import type { ModuleFormat, UntouchedReason } from '@lightrun/instrument'
import type { Weaving } from '../weaver.ts'

/**
 * One file of the cache:
 *
 *    4 bytes  CRC-32 of everything that follows, little endian
 *    1 byte   encoding of the code: 0 none (not woven), 1 Latin-1, 2 UTF-16
 *    4 bytes  length of the head, little endian
 *    n bytes  head, UTF-8 lines: format, then the cells, or the reason and the message
 *    rest     the woven code
 *
 * V8 keeps strings as Latin-1 or UTF-16, so both are one copy to read, and nothing a string can hold is lost.
 */
const DIGEST = 4
const PREFIX = DIGEST + 5
type Encoding = (typeof ENCODINGS)[number]
const ENCODINGS = [undefined, 'latin1', 'utf16le'] as const

export function encodeEntry(weaving: Weaving): Buffer {
  const woven = weaving.status === 'woven'
  const lines = woven ? weaving.cells : [weaving.reason, weaving.message]
  const head = Buffer.from([weaving.format, ...lines].join('\n'))
  const code = woven ? encode(weaving.code) : { encoding: 0, bytes: Buffer.alloc(0) }
  const entry = Buffer.concat([Buffer.alloc(PREFIX), head, code.bytes])
  entry.writeUInt8(code.encoding, DIGEST)
  entry.writeUInt32LE(head.length, DIGEST + 1)
  entry.writeUInt32LE(digest(entry))
  return entry
}

/** `undefined` for what is not exactly what was encoded. */
export function decodeEntry(entry: Buffer): Weaving | undefined {
  if (entry.length < PREFIX || digest(entry) !== entry.readUInt32LE()) return undefined
  const encoding: Encoding = ENCODINGS[entry.readUInt8(DIGEST)]
  const end = PREFIX + entry.readUInt32LE(DIGEST + 1)
  const [format, ...lines] = entry.toString('utf8', PREFIX, end).split('\n')
  if (encoding !== undefined) {
    return { status: 'woven', format: format as ModuleFormat, code: entry.toString(encoding, end), cells: lines }
  }
  const [reason, ...message] = lines
  return {
    status: 'unwoven',
    format: format as ModuleFormat,
    reason: reason as UntouchedReason,
    message: message.join('\n'),
  }
}

const digest = (entry: Buffer): number => crc32(entry.subarray(DIGEST))

function encode(code: string): { encoding: number; bytes: Buffer } {
  const latin1 = Buffer.from(code, 'latin1')
  return latin1.toString('latin1') === code
    ? { encoding: 1, bytes: latin1 }
    : { encoding: 2, bytes: Buffer.from(code, 'utf16le') }
}
