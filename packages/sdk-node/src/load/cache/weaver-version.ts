import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { checksum } from './checksum.ts'

/**
 * Changes when the weaver or its parser does, because the numbers of the sites may change with it. The weaver's by its
 * content: the number in its `package.json` says nothing of a build that somebody works on.
 */
export function weaverVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@lightrun/instrument')
  const folder = dirname(entry)
  const files = readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name) && !/\.d\.[cm]?ts$/.test(name))
  const parser = createRequire(entry).resolve('acorn/package.json')
  const digests = [...files.sort().map((name) => join(folder, name)), parser].map(digest)
  return digests.join()
}

const digest = (path: string) => checksum(readFileSync(path))
