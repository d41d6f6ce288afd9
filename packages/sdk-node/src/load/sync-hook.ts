import type Module from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isHostFormat, type LoadHook, type Source, type Transform } from './load-hook.ts'

/** What `module.registerHooks` takes and gives (Node ≥ 22.15); typed here because the types are those of Node 20. */
interface LoadResult {
  format?: string | null | undefined
  source?: Source | null | undefined
}
interface LoadContext {
  conditions?: readonly string[]
}
type Load = (
  url: string,
  context: LoadContext,
  nextLoad: (url: string, context: LoadContext) => LoadResult,
) => LoadResult
type RegisterHooks = (hooks: { load?: Load }) => { deregister(): void }
type ModuleWithHooks = typeof Module & { registerHooks: RegisterHooks; _extensions: object }

export function hasRegisterHooks(module: typeof Module): module is ModuleWithHooks {
  return typeof (module as Partial<ModuleWithHooks>).registerHooks === 'function'
}

/**
 * Node ≥ 22.15: one synchronous hook on the application's thread, for what is imported. What is required passes it too,
 * but is left to the CommonJS hook, which comes later.
 *
 * The hook that is registered last sees what all others made of a module. `registerHooks` is therefore replaced by one
 * that puts ours last again: a transpiler that is preloaded after us must still be given the application's own text.
 */
export function installSyncHook(module: ModuleWithHooks, transform: Transform): LoadHook {
  const original = module.registerHooks
  const load: Load = (url, context, nextLoad) => {
    const result = nextLoad(url, context)
    if (context.conditions?.includes('require')) return result
    const { source, format } = result
    const path = pathOf(url)
    if (source === null || source === undefined || path === undefined || !isHostFormat(format)) return result
    // ts-node and its like compile it themselves when Node requires it, and want the types.
    if (format === 'commonjs-typescript' && extname(path) in module._extensions) return result
    const made = transform(source, { path, format })
    if (made === undefined) return result
    // Typed CommonJS stays what it is, stripped twice: its name in stack traces depends on it in Node 22.
    return { ...result, source: made.code, ...(format === 'module-typescript' && { format: 'module' }) }
  }

  let registered: ReturnType<RegisterHooks> | undefined = original.call(module, { load })
  module.registerHooks = function registerHooks(hooks) {
    const theirs = original.call(module, hooks)
    if (registered !== undefined) {
      registered.deregister()
      registered = original.call(module, { load })
    }
    return theirs
  }
  const ours = module.registerHooks
  module.syncBuiltinESMExports()

  return {
    name: 'module.registerHooks',
    [Symbol.dispose]() {
      registered?.deregister()
      registered = undefined
      if (module.registerHooks !== ours) return
      module.registerHooks = original
      module.syncBuiltinESMExports()
    },
  }
}

/** `undefined` for what is not a file: builtins, `data:` and `https:` URLs. */
export function pathOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ''))
  } catch {
    // A file URL with a host, or an encoded slash: Node has its own opinion, and it comes first.
    return undefined
  }
}
