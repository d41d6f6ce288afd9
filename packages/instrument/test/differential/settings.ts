import { existsSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const USAGE = `usage: npm run differential -- DIR [options]

Runs every JavaScript file below DIR as a program: unwoven, woven and dormant, woven with probes armed at random.
Output, exit code, thrown errors, their order, and what the file exports must be the same. Folders named
node_modules are left out, though what the files load from there is woven as well. The programs really run, in DIR,
several times: give it no folder whose programs do harm.

  --seed N       chooses the probes that are armed (default 1)
  --share S      how many of them, 0 to 1 (default 0.5)
  --timeout MS   for one run of one file (default 30000); woven runs have five times as long
  --node PATH    the Node to run the files with (default: the one that runs this)
  --jobs N       files at a time (default: one for each core)

Exit code 0: all agree. 1: some differ. 2: a mistake in the arguments.`

export interface RunSettings {
  node: string
  seed: number
  share: number
  timeoutMs: number
  jobs: number
}

export interface FolderSettings extends RunSettings {
  folder: string
}

/** A mistake of the user's; the message says which. */
export class UsageError extends Error {}

export const RUN_OPTIONS = {
  seed: { type: 'string', default: '1' },
  share: { type: 'string', default: '0.5' },
  timeout: { type: 'string', default: '30000' },
  node: { type: 'string', default: process.execPath },
  jobs: { type: 'string', default: String(availableParallelism()) },
} as const

/** @throws UsageError */
export function readFolderSettings(args: readonly string[]): FolderSettings {
  const { values, positionals } = parse(args)
  const [folder, ...more] = positionals
  if (folder === undefined) throw new UsageError('which folder?')
  if (more.length > 0) throw new UsageError(`one folder at a time; what is ${more.join(' ')}?`)
  return { folder: existingFolder(folder), ...readRunSettings(values) }
}

/** @throws UsageError */
export function readRunSettings(values: Record<keyof typeof RUN_OPTIONS, string>): RunSettings {
  const share = Number(values.share)
  if (values.share.trim() === '' || !(share >= 0 && share <= 1)) {
    throw new UsageError(`--share takes a number from 0 to 1, not '${values.share}'`)
  }
  return {
    node: existingNode(values.node),
    seed: wholeNumber('seed', values.seed, 0),
    share,
    timeoutMs: wholeNumber('timeout', values.timeout, 1),
    jobs: wholeNumber('jobs', values.jobs, 1),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: RUN_OPTIONS })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least) return value
  throw new UsageError(`--${option} takes a whole number from ${least} up, not '${text}'`)
}

function existingFolder(folder: string): string {
  const path = resolve(folder)
  if (!existsSync(path)) throw new UsageError(`${folder} does not exist`)
  if (!statSync(path).isDirectory()) throw new UsageError(`${folder} is a file; give the folder it is in`)
  return path
}

/** A path, or a name to be found on the PATH. */
function existingNode(node: string): string {
  const candidates = /[\\/]/.test(node)
    ? [resolve(node)]
    : (process.env.PATH ?? '').split(delimiter).map((each) => join(each, node))
  const found = candidates.find((path) => existsSync(path) && statSync(path).isFile())
  if (found === undefined) throw new UsageError(`there is no Node at ${node}`)
  return found
}
