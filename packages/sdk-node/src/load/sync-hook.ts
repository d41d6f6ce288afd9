import type Module from 'node:module'
import { fileURLToPath } from 'node:url'
import type { LoadHook, ModuleToLoad, Transform } from './load-hook.ts'

/** What `module.registerHooks` takes and gives (Node ≥ 22.15); typed here because the types are those of Node 20. */
interface LoadResult {
  format?: string | null | undefined
  source?: string | ArrayBuffer | NodeJS.TypedArray | null | undefined
}
type Load = (url: string, context: unknown, nextLoad: (url: string, context: unknown) => LoadResult) => LoadResult
type RegisterHooks = (hooks: { load: Load }) => { deregister(): void }

export function findRegisterHooks(module: typeof Module): RegisterHooks | undefined {
  const candidate = (module as { registerHooks?: unknown }).registerHooks
  return typeof candidate === 'function' ? (candidate as RegisterHooks) : undefined
}

/** Node ≥ 22.15: one synchronous hook on the application's thread for CommonJS and ES modules. */
export function installSyncHook(registerHooks: RegisterHooks, transform: Transform): LoadHook {
  const registered = registerHooks({
    load(url, context, nextLoad) {
      const result = nextLoad(url, context)
      const module = toModule(url, result.format)
      if (module === undefined) return result
      const source = asText(result.source)
      const woven = source === undefined ? undefined : transform(source, module)
      return woven === undefined ? result : { ...result, source: woven }
    },
  })
  return { name: 'module.registerHooks', [Symbol.dispose]: () => registered.deregister() }
}

/** `undefined` for what is not a JavaScript file: builtins, JSON, WebAssembly, TypeScript, `data:` URLs. */
export function toModule(url: string, format: string | null | undefined): ModuleToLoad | undefined {
  if (format !== 'commonjs' && format !== 'module') return undefined
  if (!url.startsWith('file:')) return undefined
  try {
    return { path: fileURLToPath(url.replace(/[?#].*$/, '')), format }
  } catch {
    // A file URL with a host, or an encoded slash: Node has its own opinion, and it comes first.
    return undefined
  }
}

export function asText(source: LoadResult['source']): string | undefined {
  if (source === null || source === undefined) return undefined
  return typeof source === 'string' ? source : new TextDecoder().decode(source)
}
