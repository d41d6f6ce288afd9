import { createScriptedServer, NOON_MS, type ScriptedServer } from '@lightrun/client/testing'
import { OUTPUT_CLOSED } from '../src/context.ts'
import { createTerminal } from '../src/output/terminal.ts'
import { run } from '../src/run.ts'

export interface Result {
  code: number
  out: string
  err: string
}

/** A command that runs until something happens. */
export interface Running {
  done: Promise<Result>
  /** Resolves once the text was written. */
  says(text: string): Promise<void>
  interrupt(): void
  closeOutput(): void
}

export interface Setup {
  env?: Record<string, string | undefined>
  isTTY?: boolean
  columns?: number
  /** The user's sources, by path. */
  files?: Record<string, string>
}

/** The command against a scripted server, in a world where it is noon UTC and nothing is written anywhere. */
export interface Harness {
  server: ScriptedServer
  /** Arguments as an array, or words that need no quotes. */
  run(args: string | string[], setup?: Setup): Promise<Result>
  start(args: string | string[], setup?: Setup): Running
}

export async function createHarness(): Promise<Harness> {
  const server = await createScriptedServer()
  const start: Harness['start'] = (args, setup = {}) => {
    const written = { out: '', err: '' }
    let waiting: { text: string; resolve: () => void }[] = []
    const look = () => {
      const isThere = ({ text }: { text: string }) => written.out.includes(text) || written.err.includes(text)
      for (const waiter of waiting.filter(isThere)) waiter.resolve()
      waiting = waiting.filter((waiter) => !isThere(waiter))
    }
    const sink = (name: 'out' | 'err') => ({
      isTTY: setup.isTTY,
      columns: setup.columns,
      write: (text: string) => {
        written[name] += text
        look()
      },
    })
    const env = { LIGHTRUN_SERVER: server.url, LIGHTRUN_API_KEY: 'key-1', ...setup.env }
    const abort = new AbortController()
    const code = run(typeof args === 'string' ? args.split(' ') : args, {
      terminal: createTerminal({ stdout: sink('out'), stderr: sink('err'), env }),
      env,
      clock: { nowMs: () => NOON_MS, offsetMinutes: () => 0 },
      readFile: async (path) => setup.files?.[path],
      signal: abort.signal,
      version: '1.2.3',
    })
    return {
      done: code.then((code) => ({ code, ...written })),
      says: (text) =>
        new Promise((resolve) => {
          waiting.push({ text, resolve })
          look()
        }),
      interrupt: () => abort.abort('interrupted'),
      closeOutput: () => abort.abort(OUTPUT_CLOSED),
    }
  }
  return { server, start, run: (args, setup) => start(args, setup).done }
}

/** Lines as one writes them in a test: a template whose first line break and indentation do not count. */
export function text(strings: TemplateStringsArray): string {
  const lines = (strings[0] ?? '').replace(/^\n/, '').replace(/ *$/, '').split('\n')
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return lines.map((line) => line.slice(indent)).join('\n')
}
