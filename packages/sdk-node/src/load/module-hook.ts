import type Module from 'node:module'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { ModuleFormat } from '@lightrun/instrument'
import type { CacheSetting } from './cache/open-cache.ts'
import type { LoadHook } from './load-hook.ts'
import type { Script } from './scripts.ts'
import type { LoadRecorder } from './weave-on-load.ts'

/**
 * Whether the loader of ES modules must be asked on its own thread: it runs already, or a flag makes what is read something else
 * than what is compiled.
 */
export function needsHookThread({ moduleLoadList, execArgv, env }: Loading): boolean {
  const flags = `${execArgv.join(' ')} ${env.NODE_OPTIONS ?? ''}`
  return moduleLoadList.includes('NativeModule internal/modules/esm/hooks') || CHANGES_READING.test(flags)
}

/** What of `process` tells. */
export interface Loading {
  /** What of Node itself is loaded. */
  moduleLoadList: readonly string[]
  execArgv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
}

const CHANGES_READING = /--experimental-(policy|default-type)/

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
  /** Whether the hooks' thread runs already. Else it is started by the first other tool that registers a hook. */
  atOnce: boolean
}

/**
 * Node before 22.15, where a tool intercepts ES modules, on a thread of Node's own, through `module.register`: from then on
 * the application's thread does not see their text any more (see `installReadHook`).
 * Weaving happens there; what this thread must know arrives by message, soon after the module starts to run. A
 * probe whose cell is not defined yet is merely not folded away yet.
 *
 * The hook that is registered last sees what all others made of a module. `register` is therefore replaced by one that
 * adds ours once more, and the one before retires.
 */
export function installModuleHook({ module, thread, recorder, atOnce, ...options }: ModuleHookOptions): LoadHook {
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

  if (atOnce) registerOurs()
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
