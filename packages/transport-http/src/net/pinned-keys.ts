import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

/**
 * Why a server is not the one that is expected: its public key is none of `pins` (SHA-256 of the SubjectPublicKeyInfo, in
 * lower-case hexadecimal digits). `undefined`: it is, or there are no pins. Only after the handshake, which proves that
 * the server has the key.
 */
export function pinRefusal(
  socket: Pick<TLSSocket, 'getPeerX509Certificate'>,
  pins: readonly string[],
): Error | undefined {
  if (pins.length === 0) return undefined
  const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' })
  if (key === undefined) return pinned('the server shows no certificate, and keys are pinned')
  const digest = createHash('sha256').update(key).digest()
  if (pins.includes(digest.toString('hex'))) return undefined
  return pinned(`the key of the server is none of those pinned; it is sha256/${digest.toString('base64')}`)
}

function pinned(message: string): Error {
  return Object.assign(new Error(message), { code: 'CERT_NOT_PINNED' })
}
