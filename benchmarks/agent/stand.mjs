import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from '@lightrun/client'

export const here = fileURLToPath(new URL('.', import.meta.url))
export const REGISTER = new URL('../../packages/sdk-node/dist/register.js', import.meta.url).href
const SERVER_BIN = join(here, '../../packages/server-reference/bin/lightrun-server.js')

/** A server on an embedded database, and everything that is started beside it; `close` ends all of it. */
export async function createStand() {
  const directory = await mkdtemp(join(tmpdir(), 'lightrun-bench-'))
  const bootstrapFile = join(directory, 'bootstrap.json')
  const children = []

  const server = spawn(
    process.execPath,
    [
      SERVER_BIN,
      '--storage',
      `pglite:${join(directory, 'data')}`,
      '--port',
      '0',
      '--bootstrap-file',
      bootstrapFile,
      '--log-level',
      'error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  children.push(server)
  const bootstrap = await waitForBootstrap(bootstrapFile, server)
  const client = createClient({ server: bootstrap.url, apiKey: bootstrap.apiKey })

  return {
    client,
    environment: (displayName, extra = {}) => ({
      ...process.env,
      LIGHTRUN_SECRET: bootstrap.lightrunSecret,
      LIGHTRUN_API_ENDPOINT: bootstrap.url,
      LIGHTRUN_DISPLAY_NAME: displayName,
      ...extra,
    }),
    fork(file, { args = [], ...options }) {
      const child = fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], ...options })
      children.push(child)
      return child
    },
    async agentNamed(displayName) {
      return until(`agent ${displayName}`, async () => {
        const agents = await client.agents()
        return agents.find((agent) => agent.displayName === displayName && agent.connected)
      })
    },
    async close() {
      for (const child of children) child.kill('SIGTERM')
      await Promise.race([Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit'))), sleep(5_000)])
      for (const child of children) child.kill('SIGKILL')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function waitForBootstrap(file, server) {
  return until('the server', async () => {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`)
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text === '') return undefined
    const bootstrap = JSON.parse(text)
    const alive = await fetch(`${bootstrap.url}/api/v1/health`).catch(() => undefined)
    return alive?.ok ? bootstrap : undefined
  })
}

export async function until(what, attempt, timeoutMs = 60_000) {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const result = await attempt()
    if (result !== undefined && result !== false) return result
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what} in vain`)
    await sleep(50)
  }
}

/** Creates an action for one agent and waits until it is placed there. */
export async function placeAction(stand, agentName, action) {
  const { id } = await stand.client.createAction({ source: agentName, expireSeconds: 3_600, ...action })
  await until(`placing ${agentName}`, async () => {
    const view = await stand.client.action(id)
    const failed = view.agents.find((agent) => agent.status.state === 'failed')
    if (failed !== undefined) throw new Error(`${agentName}: ${JSON.stringify(failed.status)}`)
    return view.agents.some((agent) => ['placed', 'hitting', 'throttled'].includes(agent.status.state))
  })
  return id
}

/** 1-based line of the statement that a text marks. */
export function lineOf(source, text) {
  const index = source.split('\n').findIndex((line) => line.includes(text))
  if (index === -1) throw new Error(`no line says ${text}`)
  return index + 1
}
