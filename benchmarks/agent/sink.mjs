import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { here, until } from './stand.mjs'

/** A bare server in a process of its own, and the environment of agents that report to it. See `sink-process.mjs`. */
export async function createSink() {
  const child = fork(join(here, 'sink-process.mjs'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ port }] = await once(child, 'message')
  let next = 1

  async function count() {
    child.send({ count: true })
    const [{ counted }] = await once(child, 'message')
    return counted
  }

  return {
    environment: (extra = {}) => ({
      ...process.env,
      LIGHTRUN_SECRET: 'sink',
      LIGHTRUN_API_ENDPOINT: `http://127.0.0.1:${port}`,
      ...extra,
    }),
    /** For every agent that has the file; resolves once one has it in place. */
    async place(action) {
      const id = `bench-${next++}`
      child.send({ publish: { id, revision: 1, expiresAtMs: Date.now() + 3_600_000, ...action } })
      await until(`placing ${id}`, async () => {
        const states = (await count())[id]?.states ?? []
        const failed = states.find(({ state }) => state === 'failed')
        if (failed !== undefined) throw new Error(JSON.stringify(failed))
        return states.some(({ state }) => state === 'placed')
      })
      return id
    },
    /** What has arrived of an action: `{ hits, lost, sample, states }`. */
    of: async (id) => (await count())[id],
    async close() {
      child.kill()
      await once(child, 'exit')
    },
  }
}
