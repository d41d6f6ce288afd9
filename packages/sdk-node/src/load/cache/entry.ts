import { crc32 } from 'node:zlib'
import type { ModuleFormat, UntouchedReason } from '@lightrun/instrument'
import type { Weaving } from '../weaver.ts'

/**
 * One file of the cache:
 *
 *    4 bytes  CRC-32 of everything that follows, little endian, begun with the number of the format
 *    1 byte   encoding of the code: 0 none (not woven), 1 Latin-1, 2 UTF-16
 *    1 byte   1 when the code stands alone
 *    4 bytes  length of the head, little endian
 *    4 bytes  length of the code, little endian
 *    n bytes  head, UTF-8 lines: format, then the cells, or the reason and the message
 *    n bytes  the woven code
 *    rest     what V8 made of it
 *
 * V8 would take damaged code for its own, and looks at no checksum. V8 keeps strings as Latin-1 or UTF-16, so both are one copy to read, and nothing a string can hold is lost.
 */
const FORMAT = 2
const DIGEST = 4
const HEAD_LENGTH = DIGEST + 2
const CODE_LENGTH = HEAD_LENGTH + 4
const PREFIX = CODE_LENGTH + 4
type Encoding = (typeof ENCODINGS)[number]
const ENCODINGS = [undefined, 'latin1', 'utf16le'] as const

export function encodeEntry(weaving: Weaving): Buffer {
  const woven = weaving.status === 'woven'
  const lines = woven ? weaving.cells : [weaving.reason, weaving.message]
  const head = Buffer.from([weaving.format, ...lines].join('\n'))
  const code = woven ? encode(weaving.code) : { encoding: 0, bytes: Buffer.alloc(0) }
  const compiled = (woven && weaving.compiled) || Buffer.alloc(0)
  const entry = Buffer.concat([Buffer.alloc(PREFIX), head, code.bytes, compiled])
  entry.writeUInt8(code.encoding, DIGEST)
  entry.writeUInt8(woven && weaving.standsAlone ? 1 : 0, DIGEST + 1)
  entry.writeUInt32LE(head.length, HEAD_LENGTH)
  entry.writeUInt32LE(code.bytes.length, CODE_LENGTH)
  entry.writeUInt32LE(digest(entry))
  return entry
}

/** `undefined` for what is not exactly what was encoded. What V8 made lies in the entry itself. */
export function decodeEntry(entry: Buffer): Weaving | undefined {
  if (entry.length < PREFIX || digest(entry) !== entry.readUInt32LE()) return undefined
  const encoding: Encoding = ENCODINGS[entry.readUInt8(DIGEST)]
  const code = PREFIX + entry.readUInt32LE(HEAD_LENGTH)
  const [format, ...lines] = entry.toString('utf8', PREFIX, code).split('\n')
  if (encoding !== undefined) {
    const compiled = code + entry.readUInt32LE(CODE_LENGTH)
    return {
      status: 'woven',
      format: format as ModuleFormat,
      code: entry.toString(encoding, code, compiled),
      cells: lines,
      ...(entry.readUInt8(DIGEST + 1) === 1 && { standsAlone: true }),
      ...(compiled < entry.length && { compiled: entry.subarray(compiled) }),
    }
  }
  const [reason, ...message] = lines
  return {
    status: 'unwoven',
    format: format as ModuleFormat,
    reason: reason as UntouchedReason,
    message: message.join('\n'),
  }
}

/** Begins with the number of this format: what another one wrote is damaged. */
const digest = (entry: Buffer): number => crc32(entry.subarray(DIGEST), FORMAT)

function encode(code: string): { encoding: number; bytes: Buffer } {
  const latin1 = Buffer.from(code, 'latin1')
  return latin1.toString('latin1') === code
    ? { encoding: 1, bytes: latin1 }
    : { encoding: 2, bytes: Buffer.from(code, 'utf16le') }
}
