import type { StartOptions } from './start-options.ts'

/** How modules are woven as they load. */
export interface WeaveConfig {
  nodeModules: boolean | readonly string[]
  /** `true`: in the usual place. A string: in this directory. */
  cache: boolean | string
}

/** Apart from the rest, because the preload needs it before anything else is loaded. */
export function toWeaveConfig({ nodeModules = false, cache = true }: StartOptions['weave'] = {}): WeaveConfig {
  return { nodeModules, cache }
}
