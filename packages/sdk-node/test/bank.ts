import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { createMemoryTransport, type MemoryServer } from '@lightrun/core'
import { weave } from '@lightrun/instrument'
import { type Agent, startAgent } from '../src/agent/agent.ts'
import { createAgentLog } from '../src/agent/agent-log.ts'
import { holdProcess, unrefTimers } from '../src/agent/timers.ts'
import type { LogThreshold } from '../src/config/config.ts'
import { toConfig } from '../src/config/config.ts'
import type { StartOptions } from '../src/config/start-options.ts'
import { createCells } from '../src/engine/cells.ts'
import { ownDirectories } from '../src/load/own-directories.ts'
import { createScripts } from '../src/load/scripts.ts'
import { openPipeline } from '../src/pipeline.ts'
import { watchWorkers } from '../src/threads/worker-watch.ts'

export interface BankOptions {
  /** Of a script whose last expression, in parentheses, is what it gives. */
  source: string
  /** The beginning of that expression. */
  gives: string
  /** How the name of its folder begins. */
  folder: string
  options: StartOptions
  level: LogThreshold
}

/** A woven program that runs in this process, as `bank.js` in a folder of its own, and an agent with the test as its server. */
export interface Bank<Program> extends AsyncDisposable {
  program: Program
  agent: Agent
  server: MemoryServer
  /** Lines of the agent's log. */
  said: readonly string[]
  /** Functions that have an armed probe. */
  readonly armed: number
}

export async function openBank<Program>({
  source,
  gives,
  folder: prefix,
  options,
  level,
}: BankOptions): Promise<Bank<Program>> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  const file = join(folder, 'bank.js')
  await writeFile(file, source)
  const woven = weave(source, { filename: file, format: 'commonjs' })
  if (woven.status !== 'woven') throw new Error(woven.message)
  const code = `(function(){${woven.code.replace(gives, `return ${gives}`)}})()`
  const program = runInThisContext(code, { filename: file }) as Program
  const scripts = createScripts()
  scripts.add({ status: 'woven', path: file, format: 'commonjs', fingerprint: woven.cells[0] ?? '' })
  const { transport, server } = createMemoryTransport()
  const cells = createCells(globalThis)
  const workers = watchWorkers(new EventEmitter(), unrefTimers.nowMs)
  const said: string[] = []
  const log = createAgentLog(level, (_, line) => said.push(line))
  const id = randomUUID()
  const agent = startAgent({
    id,
    open: async () =>
      openPipeline({
        id,
        config: toConfig(options, 'key', 'host'),
        installation: {
          cells,
          scripts,
          hooks: [],
          ownDirectories: ownDirectories(),
          workers,
          tickShape: { kept: undefined },
        },
        transport: () => transport,
        log,
      }),
    timers: unrefTimers,
    hold: holdProcess,
    log,
    onStop() {},
  })
  return {
    ...{ program, agent, server, said },
    get armed() {
      return cells.armed
    },
    async [Symbol.asyncDispose]() {
      await agent.stop()
      await rm(folder, { recursive: true })
    },
  }
}
