import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { LightrunError, type Transport } from '@lightrun/core'
import type { HttpTransportOptions } from '@lightrun/transport-http'
import type { NetworkConfig } from '../config/config.ts'
import type { TransportContext } from '../config/start-options.ts'

/** HTTP, the transport the agent brings along. Loaded late: its code is a third of the agent's. */
export async function createTransport(context: TransportContext, network: NetworkConfig): Promise<Transport> {
  const { createHttpTransport } = await import('@lightrun/transport-http')
  return createHttpTransport(await toHttpOptions(context, network))
}

/** @throws LightrunError `config_invalid` when the file with the authorities cannot be read, or has none */
export async function toHttpOptions(
  context: TransportContext,
  { rejectUnauthorized, caPath, pinnedKeys, proxy }: NetworkConfig,
): Promise<HttpTransportOptions> {
  const ca = caPath === undefined ? {} : { ca: await readAuthorities(caPath) }
  return {
    ...context,
    tls: { rejectUnauthorized, pinnedKeys, ...ca },
    ...(proxy === undefined ? {} : { proxy }),
  }
}

async function readAuthorities(path: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new LightrunError('config_invalid', `caPath names ${path}, which cannot be read`, { cause })
  }
  try {
    // TLS takes anything, and then trusts nobody.
    new X509Certificate(text)
    return text
  } catch (cause) {
    throw new LightrunError('config_invalid', `caPath names ${path}, which has no certificate in PEM`, { cause })
  }
}
