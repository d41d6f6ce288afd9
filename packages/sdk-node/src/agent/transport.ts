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

/** @throws LightrunError `config_invalid` when the file with the authorities cannot be read */
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
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new LightrunError('config_invalid', `caPath names ${path}, which cannot be read`, { cause })
  }
}
