import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificates {
  /** Certificate of the authority that signed `cert`. */
  ca: string
  key: string
  /** For 127.0.0.1 and localhost. */
  cert: string
  /** SHA-256 of its public key, hexadecimal, as `openssl` tells it. */
  pin: string
}

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A new authority, and a certificate signed by it, valid for a day. */
export function createCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'lightrun-tls-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  try {
    openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '1')
    openssl('req', ...newKey, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=lightrun test')
    writeFileSync(at('names.cnf'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial']
    openssl('x509', '-req', '-in', 'request.pem', ...signer, '-out', 'cert.pem', '-days', '1', '-extfile', 'names.cnf')
    const read = (name: string) => readFileSync(at(name), 'utf8')
    const publicKey = openssl('pkey', '-in', 'key.pem', '-pubout', '-outform', 'DER')
    const pin = createHash('sha256').update(publicKey).digest('hex')
    return { ca: read('ca.pem'), key: read('key.pem'), cert: read('cert.pem'), pin }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
