import { readFile, stat } from 'node:fs/promises'

/** Larger is no file that anybody looks at line by line. */
const MAX_SOURCE_BYTES = 4 * 1024 * 1024

export async function readSourceFile(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path)
    return size > MAX_SOURCE_BYTES ? undefined : await readFile(path, 'utf8')
  } catch {
    // Not here: the user is elsewhere than the sources are.
    return undefined
  }
}
