import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The packages the agent is made of. A linked checkout has them outside `node_modules`. */
const OWN_PACKAGES = ['@lightrun/core', '@lightrun/instrument', '@lightrun/sandbox', '@lightrun/transport-http']

/** Directories whose files are never woven, each with a trailing separator. */
export function ownDirectories(): string[] {
  const require = createRequire(import.meta.url)
  const entries = OWN_PACKAGES.flatMap((name) => {
    try {
      return [require.resolve(name)]
    } catch {
      // Bundled into this file, which is ours anyway.
      return []
    }
  })
  return [...entries, fileURLToPath(import.meta.url)].map((file) => dirname(file) + sep)
}
