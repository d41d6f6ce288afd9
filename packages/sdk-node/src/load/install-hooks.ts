import Module from 'node:module'
import type { Cells } from '../engine/cells.ts'
import { installCommonJsHook } from './commonjs-hook.ts'
import { createEligibility } from './eligible.ts'
import type { LoadHook } from './load-hook.ts'
import { installModuleHook } from './module-hook.ts'
import type { Scripts } from './scripts.ts'
import { findRegisterHooks, installSyncHook } from './sync-hook.ts'
import { createWeaveOnLoad } from './weave-on-load.ts'

export interface InstallHooksOptions {
  nodeModules: boolean | readonly string[]
  ownDirectories: readonly string[]
  scripts: Scripts
  cells: Cells
  /** URL of the built `module-hook-thread` file, for Node before 22.15. */
  thread: URL
}

/** Intercepts what loads from now on, by the best means this Node has. */
export function installHooks({ nodeModules, ownDirectories, scripts, cells, thread }: InstallHooksOptions): LoadHook[] {
  const transform = createWeaveOnLoad({
    eligibility: createEligibility({ nodeModules, ownDirectories }),
    scripts,
    cells,
  })
  const registerHooks = findRegisterHooks(Module)
  if (registerHooks !== undefined) return [installSyncHook(registerHooks, transform)]
  return [
    installCommonJsHook(Module as unknown as Parameters<typeof installCommonJsHook>[0], transform),
    installModuleHook({ register: Module.register, thread, nodeModules, ownDirectories, scripts, cells }),
  ]
}
