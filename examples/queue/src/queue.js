import { Piscina } from 'piscina'

const MAX_ATTEMPTS = 3

/** Jobs are run by a pool of worker threads, and run again when they fail. */
export function createQueue({ bankUrl }) {
  const pool = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 2,
    maxThreads: 2,
    idleTimeout: Number.POSITIVE_INFINITY,
    // By default an idle thread of Piscina blocks, and what blocks cannot be asked: its event loop never turns.
    atomics: 'disabled',
  })

  return {
    async add(order) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await pool.run({ order, attempt, bankUrl })
        } catch (error) {
          const isLast = attempt === MAX_ATTEMPTS
          if (isLast) return { order: order.id, failed: error.message }
        }
      }
    },
  }
}
