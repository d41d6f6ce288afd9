import { createRequire } from 'node:module'

/** Modules that Node has loaded whether or not they passed our hooks: CommonJS, and the entry file. For error messages. */
export function loadedEarlier(): readonly string[] {
  const { cache } = createRequire(import.meta.url)
  const [, entry] = process.argv
  return entry === undefined ? Object.keys(cache) : [...Object.keys(cache), entry]
}
