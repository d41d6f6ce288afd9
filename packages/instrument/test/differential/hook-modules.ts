import Module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isMainThread, MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import type { Armable } from './probes.ts'

export interface ModuleHooks {
  /** False leaves every module as it is. */
  weaving: boolean
  transform(source: string, filename: string): string
  /** Node 20 weaves in a thread of its own and tells here, before the module runs. */
  onWoven(filename: string, woven: Armable): void
  onUntouched(filename: string, reason: string): void
}

/** From the hook thread. */
export type Notice = { filename: string; woven: Armable } | { filename: string; untouched: string }

export interface HookThreadData {
  port: import('node:worker_threads').MessagePort
  weaving: boolean
}

/** Called by each module that Node 20 loads, as its first act, so that its cells are there when it runs. */
export const ARM = '$lightrun_differential_arm'

interface Loaded {
  format?: string | null | undefined
  source?: string | ArrayBuffer | NodeJS.TypedArray | null | undefined
}
type RegisterHooks = (hooks: {
  load(url: string, context: unknown, next: (url: string, context: unknown) => Loaded): Loaded
}) => void

/** Hands the text of every ES module to `transform` before it is compiled. */
export function hookModules(hooks: ModuleHooks): void {
  const { registerHooks } = Module as unknown as { registerHooks?: RegisterHooks }
  if (registerHooks === undefined) hookOnThread(hooks)
  else
    registerHooks({
      load(url, context, next) {
        const loaded = next(url, context)
        const source = moduleText(url, loaded)
        return source === undefined ? loaded : { ...loaded, source: hooks.transform(source, fileURLToPath(url)) }
      },
    })
}

/** The text of an ES module in a file; `undefined` for all else. */
export function moduleText(url: string, { format, source }: Loaded): string | undefined {
  if (format !== 'module' || !url.startsWith('file:') || source === undefined || source === null) return undefined
  return typeof source === 'string' ? source : new TextDecoder().decode(source)
}

/** From the main thread only: the thread of hooks loads this file too, and cannot be told from a worker of the program. */
function hookOnThread({ weaving, onWoven, onUntouched }: ModuleHooks): void {
  if (!isMainThread) return
  const { port1, port2: port } = new MessageChannel()
  port1.unref()
  const data: HookThreadData = { port, weaving }
  Module.register(pathToFileURL(join(__dirname, 'hook-thread.mjs')), { data, transferList: [port] })
  const value = () => {
    for (;;) {
      const received = receiveMessageOnPort(port1)
      if (received === undefined) return
      const notice = received.message as Notice
      if ('woven' in notice) onWoven(notice.filename, notice.woven)
      else onUntouched(notice.filename, notice.untouched)
    }
  }
  Object.defineProperty(globalThis, ARM, { value })
}
