import type { Client, Pool } from 'pg'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import { createLocalStateChanges, type StateChanges } from '../state-changes.ts'

/** How long a wake-up that got lost (a broken connection) can stay unnoticed. One small query per replica. */
export const HEAL_INTERVAL_MS = 2_000

const CHANNEL = 'lightrun_state'

export interface ListeningOptions {
  createClient: () => Client
  pool: Pool
  clock: Clock
  log: Logger
}

/**
 * For several replicas: a change here wakes the others through NOTIFY, theirs wake us. NOTIFY is only a wake-up and
 * may get lost, so the versions in the database are compared now and then; what listens is reconnected on the way.
 */
export function createListeningStateChanges(options: ListeningOptions): StateChanges {
  const { createClient, pool, clock, log } = options
  const local = createLocalStateChanges()
  const seen = new Map<string, unknown>()
  let listener: Client | undefined
  let isClosed = false
  let cancelHeal = () => {}
  let healing: Promise<void> = Promise.resolve()

  async function listen(): Promise<void> {
    const client = createClient()
    const lost = () => {
      if (listener === client) listener = undefined
    }
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', ({ payload }) => payload && local.publish(payload))
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    if (isClosed) await client.end()
    else listener = client
  }

  async function heal(): Promise<void> {
    try {
      if (listener === undefined) await listen()
      const { rows } = await pool.query('select id, state_version from organisations')
      for (const { id, state_version } of rows) {
        const organisationId = String(id)
        if (seen.get(organisationId) === state_version) continue
        seen.set(organisationId, state_version)
        local.publish(organisationId)
      }
    } catch (error) {
      log.debug({ err: error }, 'cannot listen for changes of other replicas; trying again')
    }
    if (!isClosed) schedule(HEAL_INTERVAL_MS)
  }
  function schedule(delayMs: number): void {
    cancelHeal = clock.after(delayMs, () => {
      healing = heal()
    })
  }
  // At once, but after the migrations that this storage is opened for.
  schedule(0)

  return {
    subscribe: local.subscribe,
    publish(organisationId) {
      local.publish(organisationId)
      pool.query('select pg_notify($1, $2)', [CHANNEL, organisationId]).catch((error) => {
        log.debug({ err: error }, 'cannot notify other replicas; they will look by themselves')
      })
    },
    async close() {
      isClosed = true
      cancelHeal()
      await healing
      await local.close()
      await listener?.end()
    },
  }
}
