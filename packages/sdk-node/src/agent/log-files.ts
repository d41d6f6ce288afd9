import { appendFileSync, constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentLogConfig } from '../config/config.ts'
import { type LogOutput, toStderr } from './agent-log.ts'

/** Lines that wait for a slow disk: more than an agent says in a bad hour. */
export const MAX_WAITING_LINES = 1_000
/** Characters of one line; texts of a server are bounded, those of the application's errors are not. */
export const MAX_LINE_LENGTH = 4_000

/** Appends only; in a directory that others may write to, a link with our name leads nowhere. Nobody else reads along. */
const FLAGS = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0)
const MODE = 0o600
const NAME = /^lightrun-agent-(\d+)\.log(\.\d+)?$/

/** The agent's log in files of bounded size and number, one family a process. */
export interface LogFiles {
  /** Never waits for the disk. */
  output: LogOutput
  /** Resolves once what was said so far is written, or went to `fallback`. Never rejects. */
  settled(): Promise<void>
  /** Writes what still waits, synchronously: the process ends. Never throws. */
  lastWords(): void
}

export interface LogFilesOptions extends Pick<AgentLogConfig, 'maxFileBytes' | 'maxFiles'> {
  directory: string
  pid: number
  /** Wall clock, milliseconds since the epoch. */
  now: () => number
  isAlive: (pid: number) => boolean
  /** Takes what cannot be written, and why. */
  fallback?: LogOutput
}

export function createLogFiles(options: LogFilesOptions): LogFiles {
  const { directory, pid, maxFileBytes, maxFiles, now, isAlive, fallback = toStderr } = options
  const path = join(directory, `lightrun-agent-${pid}.log`)
  const numbered = (number: number) => (number === 0 ? path : `${path}.${number}`)
  const waiting: string[] = []
  let dropped = 0
  let writing: Promise<void> | undefined
  let isPrepared = false
  let isBroken = false

  function takeText(): string {
    const lines = waiting.splice(0)
    if (dropped > 0) lines.push(format('warn', `${dropped} lines were left out: the disk is too slow`))
    dropped = 0
    return lines.join('')
  }

  function format(level: string, text: string): string {
    const line = text.length > MAX_LINE_LENGTH ? `${text.slice(0, MAX_LINE_LENGTH)}…` : text
    return `${new Date(now()).toISOString()} ${level.padEnd(5)} ${line.replaceAll('\n', '\n  ')}\n`
  }

  /** Files of processes that are gone would add up: as many are kept as one process may have. */
  async function prepare(): Promise<void> {
    await mkdir(directory, { recursive: true })
    const left: { file: string; mtimeMs: number }[] = []
    for (const name of await readdir(directory)) {
      const owner = Number(NAME.exec(name)?.[1] ?? pid)
      if (owner === pid || isAlive(owner)) continue
      const file = join(directory, name)
      const found = await stat(file).catch(() => undefined)
      if (found !== undefined) left.push({ file, mtimeMs: found.mtimeMs })
    }
    left.sort((a, b) => b.mtimeMs - a.mtimeMs)
    await Promise.all(left.slice(maxFiles).map(({ file }) => rm(file, { force: true })))
    isPrepared = true
  }

  /** Makes room for so many more bytes. */
  async function rotate(bytes: number): Promise<void> {
    const size = (await stat(path).catch(() => undefined))?.size ?? 0
    if (size === 0 || size + bytes <= maxFileBytes) return
    await rm(numbered(maxFiles - 1), { force: true })
    for (let number = maxFiles - 2; number >= 0; number--) {
      await rename(numbered(number), numbered(number + 1)).catch(() => {})
    }
  }

  async function append(text: string): Promise<void> {
    if (!isPrepared) await prepare()
    await rotate(Buffer.byteLength(text))
    const file = await open(path, FLAGS, MODE)
    try {
      await file.appendFile(text)
    } finally {
      await file.close()
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const text = takeText()
      try {
        await append(text)
        isBroken = false
      } catch (error) {
        escape(text, error)
      }
    }
    writing = undefined
  }

  function escape(text: string, error: unknown): void {
    try {
      if (!isBroken) fallback('warn', `the log cannot be written to ${path}, and goes on here: ${String(error)}`)
      isBroken = true
      fallback('warn', text.trimEnd())
    } catch {
      // A closed stderr: nobody is left to tell.
    }
  }

  return {
    output(level, text) {
      if (waiting.length >= MAX_WAITING_LINES) dropped++
      else waiting.push(format(level, text))
      writing ??= Promise.resolve().then(drain)
    },
    settled: async () => writing,
    lastWords() {
      const text = takeText()
      if (text === '') return
      try {
        appendFileSync(path, text, { flag: FLAGS as unknown as string, mode: MODE })
      } catch (error) {
        escape(text, error)
      }
    },
  }
}
