import { crc32 } from 'node:zlib'

/**
 * CRC-32 of bytes, or of text as UTF-8, in eight hexadecimal digits. It tells versions and damage apart and protects from nobody: what Node
 * itself uses for its cache of compiled code. Loading `node:crypto` alone takes longer than a warm start may cost.
 */
export function checksum(data: string | Uint8Array): string {
  return crc32(data).toString(16).padStart(8, '0')
}
