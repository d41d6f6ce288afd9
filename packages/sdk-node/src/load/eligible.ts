import { sep } from 'node:path'

/** Which files are woven. */
export interface Eligibility {
  /** `true` for the application's own files and the dependencies that were asked for. */
  isEligible(path: string): boolean
}

export interface EligibilityOptions {
  /** Dependencies to weave as well: all, none, or these packages. */
  nodeModules: boolean | readonly string[]
  /** Directories of the SDK itself, each with a trailing separator. Never woven: a probe in the probe would recurse. */
  ownDirectories: readonly string[]
}

const NODE_MODULES = `${sep}node_modules${sep}`
/** What Node compiles as JavaScript. Anything else (TypeScript, JSON, addons) is not woven by this version. */
const JAVASCRIPT = /\.[cm]?js$/
/** A package or executable without an extension is CommonJS: `bin/www`. */
const NO_EXTENSION = /(^|[\\/])[^.\\/]+$/

export function createEligibility({ nodeModules, ownDirectories }: EligibilityOptions): Eligibility {
  const wanted = typeof nodeModules === 'boolean' ? nodeModules : new Set(nodeModules)
  return {
    isEligible(path) {
      if (!JAVASCRIPT.test(path) && !NO_EXTENSION.test(path)) return false
      if (ownDirectories.some((directory) => path.startsWith(directory))) return false
      const name = packageName(path)
      if (name === undefined) return true
      return typeof wanted === 'boolean' ? wanted : wanted.has(name)
    },
  }
}

/** The innermost package a path belongs to, or `undefined` outside `node_modules`: `/a/node_modules/@x/y/z.js` → `@x/y`. */
function packageName(path: string): string | undefined {
  const start = path.lastIndexOf(NODE_MODULES)
  if (start === -1) return undefined
  const [first = '', second = ''] = path.slice(start + NODE_MODULES.length).split(sep, 2)
  return first.startsWith('@') ? `${first}/${second}` : first
}
