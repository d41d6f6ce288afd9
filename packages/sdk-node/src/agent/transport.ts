import { readFile } from 'node:fs/promises'
import { LightrunError, type Transport } from '@lightrun/core'
import type { Config } from '../config/config.ts'
import type { TransportContext } from '../config/start-options.ts'

/** HTTP, the transport the agent brings along. Loaded late: its code is a third of the agent's. */
export async function createTransport(
  context: TransportContext,
  { rejectUnauthorized, caPath }: Config['tls'],
): Promise<Transport> {
  const { createHttpTransport } = await import('@lightrun/transport-http')
  const ca = caPath === undefined ? {} : { ca: await readAuthorities(caPath) }
  return createHttpTransport({ ...context, tls: { rejectUnauthorized, ...ca } })
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new LightrunError('config_invalid', `caPath names ${path}, which cannot be read`, { cause })
  }
}
