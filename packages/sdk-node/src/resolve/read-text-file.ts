import { readFile } from 'node:fs/promises'

/** The text as Node's loader gives it to the compiler: UTF-8, without a byte order mark. */
export async function readTextFile(path: string): Promise<string> {
  return new TextDecoder().decode(await readFile(path))
}
