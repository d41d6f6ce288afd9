import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { compareAll, type Subject } from './compare-all.ts'
import { readFolderSettings, USAGE, UsageError } from './settings.ts'
import { Tally } from './tally.ts'

export interface CommandOptions {
  /** The built `preload.cjs`. */
  preload: string
  write(line: string): void
  writeError(line: string): void
}

/** @returns the exit code, see `USAGE`. */
export async function differential(args: readonly string[], options: CommandOptions): Promise<number> {
  if (args.includes('--help')) {
    options.write(USAGE)
    return 0
  }
  try {
    return await compareFolder(args, options)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    options.writeError(`differential: ${error.message}\n\n${USAGE}`)
    return 2
  }
}

async function compareFolder(args: readonly string[], { preload, write }: CommandOptions): Promise<number> {
  const { folder, ...settings } = readFolderSettings(args)
  const subjects = findSubjects(folder)
  if (subjects.length === 0) throw new UsageError(`there is no .js, .mjs or .cjs file in ${folder}`)
  const tally = new Tally()
  const untouched = await compareAll(subjects, {
    ...settings,
    preload,
    onVerdict({ name }, verdict) {
      const words = tally.add(name, verdict)
      if (words !== '') write(words)
    },
  })
  for (const [file, reason] of untouched) write(`- ${relative(folder, file)} cannot be woven: ${reason}`)
  write(tally.summary('files'))
  return tally.allAgree ? 0 : 1
}

/** Below the folder, sorted. */
function findSubjects(folder: string): Subject[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|[\\/])node_modules[\\/]/.test(path))
    .sort()
    .map((name) => ({ name, program: { cwd: folder, args: [name] } }))
}
