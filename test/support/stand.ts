import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '@lightrun/client'
import type { ActionView, AgentView, Bootstrap, HitView } from '@lightrun/core'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const REGISTER = new URL('../../packages/sdk-node/dist/register.js', import.meta.url).href
const SERVER = join(root, 'packages/server-reference/bin/lightrun-server.js')
const CLI = join(root, 'packages/cli/bin/lightrun.js')

/** How a command ended. */
export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

/** A process that stays; its output is kept for the message of a failing test. */
export interface Running {
  child: ChildProcess
  output(): string
  /** Resolves once the output matches. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal?: NodeJS.Signals): Promise<void>
}

/** A real server on an embedded database, real applications, the real command. `close` ends all of it. */
export interface Stand {
  folder: string
  bootstrap: Bootstrap
  client: Client
  server: Running
  /** Starts the server again on the same database and port. */
  restartServer(): Promise<void>
  /** Writes files below the stand's folder. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Starts `node ARGS` in the folder, with the SDK preloaded and connected under this name. */
  app(name: string, args: readonly string[], options?: AppOptions): Running
  lightrun(...args: string[]): Promise<CommandResult>
  agent(name: string): Promise<AgentView>
  hits(actionId: string, count: number): Promise<HitView[]>
  action(id: string, isSo: (view: ActionView) => boolean): Promise<ActionView>
  close(): Promise<void>
}

export interface AppOptions {
  env?: Record<string, string>
  cwd?: string
  /** Default true. */
  preload?: boolean
}

export async function createStand(): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'lightrun-e2e-'))
  const bootstrapFile = join(folder, 'bootstrap.json')
  // As if our packages were installed there.
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const running: Running[] = []

  const keep = (each: Running) => {
    running.push(each)
    return each
  }
  const startServer = (port: number) =>
    keep(
      start(process.execPath, [
        SERVER,
        ...['--storage', `pglite:${join(folder, 'database')}`],
        ...['--port', String(port), '--bootstrap-file', bootstrapFile, '--log-level', 'warn'],
      ]),
    )

  const server = startServer(0)
  const bootstrap = await until('the server', async () => {
    if (server.child.exitCode !== null) throw new Error(`the server ended:\n${server.output()}`)
    return existsSync(bootstrapFile) ? (JSON.parse(await readFile(bootstrapFile, 'utf8')) as Bootstrap) : undefined
  })
  await healthy(bootstrap.url)
  const client = createClient({ server: bootstrap.url, apiKey: bootstrap.apiKey })

  const stand: Stand = {
    folder,
    bootstrap,
    client,
    server,
    async restartServer() {
      stand.server = startServer(Number(new URL(bootstrap.url).port))
      await healthy(bootstrap.url)
    },
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true })
        await writeFile(join(folder, name), text)
      }
    },
    app(name, args, { env = {}, cwd = folder, preload = true } = {}) {
      const all = preload ? ['--import', REGISTER, ...args] : args
      return keep(
        start(process.execPath, all, {
          cwd,
          env: {
            LIGHTRUN_SECRET: bootstrap.lightrunSecret,
            LIGHTRUN_API_ENDPOINT: bootstrap.url,
            LIGHTRUN_DISPLAY_NAME: name,
            ...env,
          },
        }),
      )
    },
    lightrun: (...args) => runLightrun(args, { LIGHTRUN_SERVER: bootstrap.url, LIGHTRUN_API_KEY: bootstrap.apiKey }),
    agent: (name) =>
      until(`agent ${name}`, async () =>
        (await client.agents()).find((each) => each.displayName === name && each.connected),
      ).catch(async (error: unknown) => {
        const known = JSON.stringify(await client.agents())
        throw new Error(`${String(error)}\n${running.map((each) => each.output()).join('\n---\n')}\n${known}`)
      }),
    hits: (id, count) =>
      until(`${count} hits of ${id}`, async () => {
        const { hits } = await client.hits(id)
        return hits.length >= count ? hits : undefined
      }),
    action: (id, isSo) =>
      until(`action ${id}`, async () => {
        const view = await client.action(id)
        return isSo(view) ? view : undefined
      }),
    async close() {
      await Promise.all(running.map((each) => each.kill('SIGKILL')))
      await rm(folder, { recursive: true, force: true })
    },
  }
  return stand
}

/** @param cwd where the user is. Default: the repository. */
export function runLightrun(
  args: readonly string[],
  env: Record<string, string>,
  cwd?: string,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, ...args],
      { env: { ...process.env, NO_COLOR: '1', ...env }, ...(cwd === undefined ? {} : { cwd }) },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
  })
}

export function start(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Running {
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return {
    child,
    output: () => text,
    says: (pattern) =>
      until(`${args.at(-1)} to say ${pattern}`, async () => {
        const match = pattern.exec(text)
        if (match === null && child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${text}`)
        return match ?? undefined
      }),
    async kill(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
    },
  }
}

/** Only what fails waits so long: on a machine that does ten other things a server needs half a minute to start. */
const PATIENCE_MS = 60_000

/** Asks again every few milliseconds; fails loudly. */
export async function until<T>(
  what: string,
  attempt: () => Promise<T | undefined>,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const result = await attempt()
    if (result !== undefined) return result
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await sleep(25)
  }
}

async function healthy(url: string): Promise<void> {
  await until('a healthy server', async () => {
    const answer = await fetch(`${url}/api/v1/health`).catch(() => undefined)
    return answer?.ok ? true : undefined
  })
}

/** 1-based line on which a text stands in a source. */
export function lineOf(source: string, text: string): number {
  const index = source.split('\n').findIndex((line) => line.includes(text))
  if (index === -1) throw new Error(`no line says ${text}`)
  return index + 1
}
