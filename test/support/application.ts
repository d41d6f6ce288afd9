import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import {
  type Action,
  type ActionStatus,
  decodeUpFrame,
  encodeFrame,
  type HitData,
  type Report,
  type Task,
} from '@lightrun/core'
import { until } from './stand.ts'

const AGENT = new URL('./agent.mjs', import.meta.url).href

/** An application with the agent in it, and this test as its server. */
export interface Application extends AsyncDisposable {
  /** Asks; the agent may still have to look for the place. */
  post(position: Action['position'], task: Task, more?: Partial<Action>): Question
  /** Asks, and waits until it is in place. @throws what the agent says instead; a file may still be loading */
  ask(position: Action['position'], task: Task, more?: Partial<Action>): Promise<Question>
  /** What it has written. */
  output(): string
  /** Resolves with its exit code. */
  exited: Promise<number | null>
}

export interface Question {
  /** Resolves with the first status of that state. */
  status<S extends ActionStatus['state']>(state: S): Promise<Extract<ActionStatus, { state: S }>>
  /** Resolves with the first hits. */
  hits(count: number): Promise<HitData[]>
  /** Resolves once so many passes were counted. */
  counted(count: number): Promise<number>
}

export interface ApplicationOptions {
  /** Default: the one that runs the tests. */
  node?: string
  /** Default: true. Otherwise the application starts the agent with `import(process.env.AGENT)`. */
  preload?: boolean
}

/** @param args of Node: the built entry, and what loads it */
export function runApplication(
  args: readonly string[],
  cwd: string,
  { node = process.execPath, preload = true }: ApplicationOptions = {},
): Application {
  const flags = args.slice(0, -1)
  const child = fork(args.at(-1)!, [], {
    cwd,
    execPath: node,
    execArgv: [...(preload ? ['--import', AGENT] : []), ...flags],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1', AGENT },
  })
  const actions: Action[] = []
  const reports: Report[] = []
  let output = ''
  let version = 0
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  child.on('message', (frame) => reports.push(...decodeUpFrame(new TextEncoder().encode(String(frame))).reports))
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))

  const wait = <T>(what: string, attempt: () => T | undefined) =>
    until(what, async () => {
      if (child.exitCode !== null) throw new Error(`the application ended:\n${output}`)
      return attempt()
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${output}\n${JSON.stringify(reports.filter(({ kind }) => kind !== 'hit'))}`)
    })

  const post: Application['post'] = (position, task, more) => {
    const id = `action_${actions.length}`
    const what = `${task.type} at ${position.file}:${position.line}`
    actions.push({ id, revision: 1, position, task, expiresAtMs: 600_000, ...more })
    const state = { protocol: 1 as const, version: ++version, serverTimeMs: 1, actions }
    child.send(new TextDecoder().decode(encodeFrame(state)))
    const own = () => reports.filter((each) => each.actionId === id)
    const statuses = () => own().flatMap((each) => (each.kind === 'status' ? [each.status] : []))
    return {
      status: <S extends ActionStatus['state']>(wanted: S) =>
        wait(`${what} to be ${wanted}`, () => {
          const all = statuses()
          const fault = all.find((each) => each.state === 'failed' && each.code !== 'file_not_found')
          if (fault !== undefined && wanted !== 'failed') throw new Error(JSON.stringify(fault))
          return all.find((each): each is Extract<ActionStatus, { state: S }> => each.state === wanted)
        }),
      hits: (count) =>
        wait(`${count} hits of ${what}`, () => {
          const hits = own().flatMap((each) => (each.kind === 'hit' ? [each.data] : []))
          return hits.length >= count ? hits : undefined
        }),
      counted: (count) =>
        wait(`${count} passes of ${what}`, () => {
          const sum = own().reduce((sum, each) => sum + (each.kind === 'count' ? each.count : 0), 0)
          return sum >= count ? sum : undefined
        }),
    }
  }

  return {
    post,
    async ask(...asked) {
      const question = post(...asked)
      await question.status('placed')
      return question
    },
    output: () => output,
    exited,
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
