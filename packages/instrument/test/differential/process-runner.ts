import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import type { Outcome, Runner, Variant } from './contract.ts'
import { normalise } from './normalise.ts'
import { configFile, outputFile, type Report, reportFile, reportFolder, SLOT_VARIABLE } from './slot.ts'

/** A command line of Node: a script, or options and a script, and its arguments. */
export interface ProcessProgram {
  readonly cwd: string
  readonly args: readonly string[]
}

export interface ProcessRunnerOptions {
  /** The built `preload.cjs`. */
  preload: string
  /** The Node to run: a path. */
  node: string
  /** For the unwoven run; woven ones have `WOVEN_PATIENCE` times as long. */
  timeoutMs: number
  /** Cut from the output besides what `normalise` cuts. */
  strip?: (output: string) => string
}

export interface ProcessOutcome extends Outcome {
  readonly untouched: Readonly<Record<string, string>>
}

/** Armed programs take their time, and weaving TypeScript's 9 MB compiler alone takes seconds. */
const WOVEN_PATIENCE = 5

/** Runs programs as processes of their own, and all that they start is woven too. One at a time. */
export class ProcessRunner implements Runner<ProcessProgram, ProcessOutcome> {
  readonly #options: ProcessRunnerOptions
  readonly #slot = mkdtempSync(join(tmpdir(), 'lightrun-differential-'))

  constructor(options: ProcessRunnerOptions) {
    this.#options = options
  }

  async run(program: ProcessProgram, variant: Variant): Promise<ProcessOutcome> {
    const slot = this.#slot
    rmSync(reportFolder(slot), { recursive: true, force: true })
    mkdirSync(reportFolder(slot))
    writeFileSync(configFile(slot), JSON.stringify({ variant }))
    const { pid, ended } = await this.#spawn(program, variant)
    const output = readFileSync(outputFile(slot), 'utf8')
    const { strip = (text) => text } = this.#options
    return { ended, output: strip(normalise(output)), ...readReports(slot, pid) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#slot, { recursive: true, force: true })
  }

  #spawn({ cwd, args }: ProcessProgram, { weaving }: Variant): Promise<{ pid: number; ended: string }> {
    const { node, preload, timeoutMs } = this.#options
    // One file for both streams: their order is compared too.
    rmSync(outputFile(this.#slot), { force: true })
    const output = openSync(outputFile(this.#slot), 'a')
    const child = spawn(node, args, {
      cwd,
      env: this.#environment(preload),
      stdio: ['ignore', output, output],
      detached: true,
    })
    closeSync(output)
    const { pid } = child
    if (pid === undefined) return new Promise((_, reject) => child.once('error', reject))
    let late = false
    const timer = setTimeout(
      () => {
        late = true
        killGroup(pid)
      },
      timeoutMs * (weaving === 'none' ? 1 : WOVEN_PATIENCE),
    )
    return new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        clearTimeout(timer)
        // What it has left running would write into the next run's output.
        killGroup(pid)
        resolve({ pid, ended: late ? 'timeout' : (signal ?? `exit code ${code}`) })
      })
    })
  }

  #environment(preload: string): NodeJS.ProcessEnv {
    const { node } = this.#options
    const { PATH = '', NODE_OPTIONS: _, ...rest } = process.env
    return {
      ...rest,
      // Programs that start `node` start this one.
      PATH: /^node(\.exe)?$/.test(basename(node)) ? `${dirname(node)}${delimiter}${PATH}` : PATH,
      NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
      [SLOT_VARIABLE]: this.#slot,
      NO_COLOR: '1',
    }
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing is left of it.
  }
}

function readReports(slot: string, mainPid: number): Pick<ProcessOutcome, 'exports' | 'probes' | 'untouched'> {
  const folder = reportFolder(slot)
  const main = basename(reportFile(slot, mainPid, 0))
  const untouched: Record<string, string> = {}
  const probes = { woven: 0, armed: 0, hits: 0 }
  let exports = ''
  for (const name of readdirSync(folder)) {
    const report = readReport(join(folder, name))
    if (report === undefined) continue
    if (name === main) exports = report.exports
    Object.assign(untouched, report.untouched)
    for (const count of ['woven', 'armed', 'hits'] as const) probes[count] += report.probes[count]
  }
  return { exports, probes, untouched }
}

/** `undefined` for one that was cut short: its process was killed, and that is in the outcome. */
function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return undefined
  }
}
