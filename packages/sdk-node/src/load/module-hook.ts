import type Module from 'node:module'
import { MessageChannel } from 'node:worker_threads'
import type { Cells } from '../engine/cells.ts'
import type { LoadHook } from './load-hook.ts'
import type { Script, Scripts } from './scripts.ts'

/** What the hook thread tells about one module it has woven, or could not. */
export interface LoadNotice {
  script: Script
  cells: readonly string[]
}

/** What the hook thread is started with. */
export interface HookThreadData {
  port: import('node:worker_threads').MessagePort
  nodeModules: boolean | readonly string[]
  ownDirectories: readonly string[]
}

export interface ModuleHookOptions extends Omit<HookThreadData, 'port'> {
  register: typeof Module.register
  /** URL of the built `module-hook-thread` file. */
  thread: URL
  scripts: Scripts
  cells: Cells
}

/**
 * Node before 22.15: ES modules can only be intercepted on a thread of Node's own, through `module.register`.
 * Weaving happens there; what this thread must know arrives by message, soon after the module starts to run. A
 * probe whose cell is not defined yet is merely not folded away yet.
 */
export function installModuleHook(options: ModuleHookOptions): LoadHook {
  const { port1: port, port2 } = new MessageChannel()
  port.on('message', ({ script, cells }: LoadNotice) => {
    for (const cell of cells) options.cells.define(cell)
    options.scripts.add(script)
  })
  port.unref()
  const data: HookThreadData = {
    port: port2,
    nodeModules: options.nodeModules,
    ownDirectories: options.ownDirectories,
  }
  options.register(options.thread, { data, transferList: [port2] })
  return { name: 'module.register', [Symbol.dispose]: () => port.close() }
}
