import { resolve, sep } from 'node:path'
import type { StartOptions } from './start-options.ts'

/** How modules are woven as they load. */
export interface WeaveConfig {
  nodeModules: boolean | readonly string[]
  /** `true`: in the usual place. A string: in this directory. */
  cache: boolean | string
  /** Absolute, each with a trailing separator: the application's own, wherever they lie. */
  extraPaths: readonly string[]
}

/** Apart from the rest, because the preload needs it before anything else is loaded. */
export function toWeaveConfig({
  weave = {},
  extraPaths = [],
}: Pick<StartOptions, 'weave' | 'extraPaths'>): WeaveConfig {
  const { nodeModules = false, cache = true } = weave
  return { nodeModules, cache, extraPaths: extraPaths.map(toDirectory) }
}

function toDirectory(path: string): string {
  const directory = resolve(path)
  return directory.endsWith(sep) ? directory : directory + sep
}
