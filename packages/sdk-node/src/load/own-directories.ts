import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The packages the agent is made of. A linked checkout has them outside `node_modules`. */
const OWN_PACKAGES = ['core', 'instrument', 'sandbox', 'transport-http']

/** Directories whose files are never woven, each with a trailing separator. */
export function ownDirectories(): string[] {
  const own = dirname(fileURLToPath(import.meta.url))
  return [...OWN_PACKAGES.flatMap((name) => directoryOf(name, own)), own].map((directory) => directory + sep)
}

/** Beside our own package, most likely; asking Node for it takes a millisecond. */
function directoryOf(name: string, own: string): string[] {
  const beside = join(own, '..', '..', name, 'dist')
  if (existsSync(beside)) return [beside]
  try {
    return [dirname(createRequire(import.meta.url).resolve(`@lightrun/${name}`))]
  } catch {
    // Bundled into this file, which is ours anyway.
    return []
  }
}
