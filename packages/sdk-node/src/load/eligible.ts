import { sep } from 'node:path'

/** Which files are woven. */
export interface Eligibility {
  /** `true` for the application's own files and the dependencies that were asked for. */
  isEligible(path: string): boolean
  /** `true` for the files of the agent itself. */
  isOwn(path: string): boolean
}

export interface EligibilityOptions {
  /** Dependencies to weave as well: all, none, or these packages. */
  nodeModules: boolean | readonly string[]
  /** Directories of the SDK itself, each with a trailing separator. Never woven: a probe in the probe would recurse. */
  ownDirectories: readonly string[]
  /** Directories, each with a trailing separator, whose files are the application's own wherever they lie. */
  extraPaths?: readonly string[]
  /** Coverage is measured (`NODE_V8_COVERAGE`): V8 counts what it runs, and probes would be reported as code nobody ran. */
  isCovered?: boolean
}

const NODE_MODULES = `${sep}node_modules${sep}`

export function createEligibility(options: EligibilityOptions): Eligibility {
  const { nodeModules, ownDirectories, extraPaths = [], isCovered = false } = options
  const wanted = typeof nodeModules === 'boolean' ? nodeModules : new Set(nodeModules)
  const isOwn = (path: string) => ownDirectories.some((directory) => path.startsWith(directory))
  return {
    isOwn,
    isEligible(path) {
      if (isOwn(path) || isCovered) return false
      const name = packageName(path)
      if (name === undefined || extraPaths.some((directory) => path.startsWith(directory))) return true
      return typeof wanted === 'boolean' ? wanted : wanted.has(name)
    },
  }
}

/** Whether a path is that of a dependency. */
export const isDependency = (path: string): boolean => packageName(path) !== undefined

/** The innermost package a path belongs to, or `undefined` outside `node_modules`: `/a/node_modules/@x/y/z.js` → `@x/y`. */
function packageName(path: string): string | undefined {
  const start = path.lastIndexOf(NODE_MODULES)
  if (start === -1) return undefined
  const [first = '', second = ''] = path.slice(start + NODE_MODULES.length).split(sep, 2)
  return first.startsWith('@') ? `${first}/${second}` : first
}
