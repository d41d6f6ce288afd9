import { access, readFile } from 'node:fs/promises'

/** The text as Node's loader gives it to the compiler: UTF-8, without a byte order mark. */
export async function readTextFile(path: string): Promise<string> {
  return new TextDecoder().decode(await readFile(path))
}

/** Whether there is something at that path. Relative paths start at the working directory. Never rejects. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
