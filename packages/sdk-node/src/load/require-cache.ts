import { createRequire } from 'node:module'

/** Paths of the CommonJS modules that Node has loaded, whether or not they passed our hooks. */
export function requireCache(): readonly string[] {
  return Object.keys(createRequire(import.meta.url).cache)
}
