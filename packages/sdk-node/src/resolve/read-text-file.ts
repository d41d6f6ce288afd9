import { access, readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** The text as Node's loader gives it to the compiler: UTF-8, without a byte order mark. */
export async function readTextFile(path: string): Promise<string> {
  return new TextDecoder().decode(await readFile(path))
}

/**
 * Whether there is something at that path. Relative paths start at the working directory, or at a folder that the entry file
 * is below: a service may be started from anywhere. Never rejects.
 */
export async function existsNear(path: string, entry: string | undefined): Promise<boolean> {
  if (await exists(path)) return true
  for (const folder of foldersAbove(entry)) if (await exists(resolve(folder, path))) return true
  return false
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function* foldersAbove(path: string | undefined): Iterable<string> {
  for (let each = path; each !== undefined && dirname(each) !== each; each = dirname(each)) yield dirname(each)
}
