import type Module from 'node:module'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { ModuleFormat } from '@lightrun/instrument'
import type { CacheSetting } from './cache/open-cache.ts'
import type { LoadHook } from './load-hook.ts'
import type { Script } from './scripts.ts'
import type { LoadRecorder } from './weave-on-load.ts'

/** What the hook thread tells about one module. */
export type LoadNotice =
  | { kind: 'loaded'; script: Script; cells: readonly string[] }
  | { kind: 'excluded'; path: string; format: ModuleFormat }

/** What the hook thread is started with. */
export interface HookThreadData {
  port: MessagePort
  nodeModules: boolean | readonly string[]
  ownDirectories: readonly string[]
  extraPaths: readonly string[]
  isCovered: boolean
  cache: CacheSetting
  /** The file that the process was started with. */
  entry: string | undefined
}

export interface ModuleHookOptions extends Omit<HookThreadData, 'port'> {
  module: typeof Module
  /** URL of the built `module-hook-thread` file. */
  thread: URL
  recorder: LoadRecorder
}

/**
 * Node before 22.15: ES modules can only be intercepted on a thread of Node's own, through `module.register`.
 * Weaving happens there; what this thread must know arrives by message, soon after the module starts to run. A
 * probe whose cell is not defined yet is merely not folded away yet.
 *
 * The hook that is registered last sees what all others made of a module. `register` is therefore replaced by one that
 * adds ours once more, and the one before retires.
 */
export function installModuleHook({ module, thread, recorder, ...options }: ModuleHookOptions): LoadHook {
  const original = module.register
  const ports: MessagePort[] = []
  let active = true

  function registerOurs(): void {
    const { port1, port2 } = new MessageChannel()
    port1.on('message', (notice: LoadNotice) => {
      if (notice.kind === 'loaded') recorder.loaded(notice.script, notice.cells)
      else recorder.excluded(notice.path, notice.format)
    })
    port1.unref()
    ports.push(port1)
    const data: HookThreadData = { ...options, port: port2 }
    // Another query is another instance of the module, with a state of its own.
    original.call(module, new URL(`?${ports.length}`, thread), { data, transferList: [port2] })
  }

  function register(...args: Parameters<typeof original>): void {
    original.apply(module, args)
    if (active) registerOurs()
  }

  registerOurs()
  module.register = register as typeof module.register
  module.syncBuiltinESMExports()

  return {
    name: 'module.register',
    [Symbol.dispose]() {
      active = false
      for (const port of ports) port.close()
      if (module.register !== register) return
      module.register = original
      module.syncBuiltinESMExports()
    },
  }
}
