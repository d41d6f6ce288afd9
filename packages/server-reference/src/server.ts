import type { AddressInfo } from 'node:net'
import { type Bootstrap, LightrunError } from '@lightrun/core'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import type { ExpressionChecks } from './actions/expression-checks.ts'
import { sandboxChecks } from './actions/sandbox-checks.ts'
import { type Clock, systemClock } from './clock.ts'
import { createApp } from './http/app.ts'
import { type Connections, trackConnections } from './http/connections.ts'
import { bootstrap } from './keys/bootstrap.ts'
import { connectPipeline } from './pipeline.ts'
import { DEFAULT_STORAGE, openStorage } from './storage/open-storage.ts'
import type { Storage } from './storage/storage.ts'

export const DEFAULT_HOST = '127.0.0.1'
export const DEFAULT_PORT = 8080
/** Requests that are under way get this long when the server stops; then their connections are cut. */
export const CLOSE_TIMEOUT_MS = 5_000

export interface ServerOptions {
  /** `pglite:DIRECTORY` (default `DEFAULT_STORAGE`) or `postgres://…`. */
  storage?: string
  /** Default `DEFAULT_HOST`. */
  host?: string
  /** 0: any free one. Default `DEFAULT_PORT`. */
  port?: number
  /** Where clients and agents reach the server, when that is not where it listens. */
  publicUrl?: string
  /** Default: warnings and errors on stderr. */
  log?: Logger
  /** Default: the sandbox that agents use. */
  checks?: ExpressionChecks
  clock?: Clock
}

export interface Listening {
  url: string
  /** Of the first start only: the keys cannot be shown again. */
  firstKeys?: Bootstrap
  /** What whoever starts the server must know. */
  notes: readonly string[]
}

export interface ListenOptions {
  /** Receives the keys of a first start before they become valid; when it throws, nothing was created. */
  deliverKeys?: (keys: Bootstrap) => void | Promise<void>
  /** Runs when the storage is open and the port is taken, before keys are created. */
  check?: (opened: { storage: Storage; url: string }) => Promise<void>
}

export interface Server {
  /** Where it listens (or `publicUrl`); `undefined` before. */
  readonly url: string | undefined
  /** Once. @throws LightrunError `storage_*` or `config_invalid`; nothing is left running then. */
  listen(options?: ListenOptions): Promise<Listening>
  /** Finishes what was begun, answers polls, ends streams, closes the storage. Bounded; may be called again. */
  close(): Promise<void>
}

/** The management server. Opens nothing before `listen`. */
export function createServer(options: ServerOptions = {}): Server {
  const clock = options.clock ?? systemClock
  const log = options.log ?? pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }))
  let opened: { storage: Storage; app: FastifyInstance; connections: Connections; endWaiting: () => void } | undefined
  let url: string | undefined
  let closing: Promise<void> | undefined
  let isStarted = false

  async function start({ deliverKeys, check }: ListenOptions): Promise<Listening> {
    const storage = await openStorage(options.storage ?? DEFAULT_STORAGE, { clock, log })
    const app = createApp(log)
    const endWaiting = connectPipeline(app, { storage, clock, checks: options.checks ?? sandboxChecks, log })
    opened = { storage, app, connections: trackConnections(app.server), endWaiting }
    const address = await bind(app, options.host ?? DEFAULT_HOST, options.port ?? DEFAULT_PORT)
    const listensAt = options.publicUrl?.replace(/\/+$/, '') ?? address
    await check?.({ storage, url: listensAt })
    const keys = await bootstrap(storage.db, clock, (created) => deliverKeys?.({ url: listensAt, ...created }))
    url = listensAt
    return {
      url: listensAt,
      notes: storage.notes,
      ...(keys === undefined ? {} : { firstKeys: { url: listensAt, ...keys } }),
    }
  }

  async function end(): Promise<void> {
    if (opened === undefined) return
    const { app, storage, connections, endWaiting } = opened
    endWaiting()
    const cancel = clock.after(CLOSE_TIMEOUT_MS, connections.destroyAll)
    const closed = app.close()
    connections.endIdle()
    await closed
    cancel()
    await storage.close()
  }

  return {
    get url() {
      return url
    },
    async listen(listenOptions = {}) {
      if (isStarted) throw new LightrunError('already_started', 'this server was started before; create another one')
      isStarted = true
      try {
        return await start(listenOptions)
      } catch (error) {
        await this.close()
        throw error
      }
    },
    close() {
      closing ??= end()
      return closing
    },
  }
}

async function bind(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new LightrunError(
      'config_invalid',
      `cannot listen on ${host}:${port}: ${why}; choose another --port or --host`,
      {
        cause,
      },
    )
  }
  const { address, family, port: bound } = app.server.address() as AddressInfo
  // "Everywhere" is no address to connect to.
  const shown = address === '0.0.0.0' || address === '::' ? 'localhost' : address
  return `http://${family === 'IPv6' && shown !== 'localhost' ? `[${shown}]` : shown}:${bound}`
}
