import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  type Action,
  type ActionStatus,
  decodeUpFrame,
  encodeFrame,
  type HitData,
  type Report,
  type Task,
} from '@lightrun/core'
import { until } from '../support/stand.ts'

const AGENT = new URL('./agent.mjs', import.meta.url).href

/** An application with the agent in it, and this test as its server. */
export interface Application extends AsyncDisposable {
  /** Places a question and waits until it is in place. @throws what the agent said instead */
  ask(position: Action['position'], task: Task, more?: Partial<Action>): Promise<Question>
  output(): string
}

export interface Question {
  status: Extract<ActionStatus, { state: 'placed' }>
  /** Resolves with the first hits. */
  hits(count: number): Promise<HitData[]>
  /** Resolves once so many passes were counted. */
  counted(count: number): Promise<number>
}

/** @param args of Node: the built entry, and what loads it */
export function runApplication(args: readonly string[], cwd: string, node = process.execPath): Application {
  const flags = args.slice(0, -1)
  const child = fork(args.at(-1)!, [], {
    cwd,
    execPath: node,
    execArgv: ['--import', AGENT, ...flags],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
  })
  const actions: Action[] = []
  const reports: Report[] = []
  let output = ''
  let version = 0
  child.on('message', (frame) => reports.push(...decodeUpFrame(new TextEncoder().encode(String(frame))).reports))
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))

  const wait = <T>(what: string, attempt: () => T | undefined) =>
    until(what, async () => {
      if (child.exitCode !== null) throw new Error(`the application ended:\n${output}`)
      return attempt()
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${output}\n${JSON.stringify(reports.filter(({ kind }) => kind !== 'hit'))}`)
    })

  return {
    output: () => output,
    async ask(position, task, more) {
      const id = `action_${actions.length}`
      actions.push({ id, revision: 1, position, task, expiresAtMs: 600_000, ...more })
      const state = { protocol: 1 as const, version: ++version, serverTimeMs: 1, actions }
      child.send(new TextDecoder().decode(encodeFrame(state)))
      const own = () => reports.filter((each) => each.actionId === id)
      const statuses = () => own().flatMap((each) => (each.kind === 'status' ? [each.status] : []))
      const status = await wait(`${task.type} at ${position.file}:${position.line}`, () =>
        statuses().find((each) => each.state === 'placed' || each.state === 'failed'),
      )
      if (status.state !== 'placed') throw new Error(JSON.stringify(status))
      return {
        status,
        hits: (count) =>
          wait(`${count} hits of ${task.type}`, () => {
            const hits = own().flatMap((each) => (each.kind === 'hit' ? [each.data] : []))
            return hits.length >= count ? hits : undefined
          }),
        counted: (count) =>
          wait(`${count} passes`, () => {
            const sum = own().reduce((sum, each) => sum + (each.kind === 'count' ? each.count : 0), 0)
            return sum >= count ? sum : undefined
          }),
      }
    },
    async [Symbol.asyncDispose]() {
      await end(child)
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

export const shopFolder = fileURLToPath(new URL('./shop', import.meta.url))
