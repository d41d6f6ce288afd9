import type { promises } from 'node:fs'
import { callSites } from '../call-sites.ts'
import type { LoadHook, Transform } from './load-hook.ts'
import type { SaidFormat } from './package-type.ts'
import { pathOf } from './sync-hook.ts'

type ReadFile = (this: unknown, ...args: unknown[]) => Promise<unknown>

export interface ReadHookOptions {
  /** `fs.promises`, whose `readFile` is replaced. */
  files: typeof promises
  formatOf: (path: string) => SaidFormat
  transform: Transform
  /** The file that the caller of a function is in. */
  callerOf?: (callee: (...args: never[]) => unknown) => string | undefined
}

/** The file of Node that asks for the text of a module. */
const LOADER = 'node:internal/modules/esm/load'

/**
 * Node before 22.15, while no tool has called `module.register`: the loader of ES modules runs on the application's thread and
 * asks `fs.promises.readFile`, by that name, for what is imported. Hooks on a thread of their own would be asked twice for each
 * import: a hook that does nothing makes an application of many modules take 1.7 times its CPU time to start.
 *
 * Only the loader is given woven text: whoever else reads a file gets the file.
 */
export function installReadHook({ files, formatOf, transform, callerOf = fileCalling }: ReadHookOptions): LoadHook {
  const original = files.readFile as ReadFile
  let active = true

  async function woven(read: Promise<unknown>, path: string, said: 'module' | 'unsaid'): Promise<unknown> {
    const source = await read
    // A file without an extension may be WebAssembly.
    if (!active || !(source instanceof Uint8Array) || source[0] === 0) return source
    const made = transform(source, { path, format: said === 'module' ? said : undefined })
    // What turns out to be CommonJS is read again, and woven, by the loader of that.
    return made === undefined || (said === 'unsaid' && made.format !== 'module') ? source : made.code
  }

  function readFile(this: unknown, ...args: unknown[]): Promise<unknown> {
    const path = active && this === undefined && args.length === 1 ? pathFor(args[0]) : undefined
    const read = Reflect.apply(original, this, args)
    const said = path === undefined ? 'other' : formatOf(path)
    return path === undefined || said === 'other' || said === 'commonjs' ? read : woven(read, path, said)
  }

  /** Of what the loader asks for; nobody else's argument is looked at. */
  function pathFor(url: unknown): string | undefined {
    return callerOf(readFile) === LOADER ? pathOf((url as URL).href) : undefined
  }

  Object.defineProperties(readFile, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
  })
  files.readFile = readFile as typeof files.readFile

  return {
    name: 'fs.promises.readFile',
    [Symbol.dispose]() {
      active = false
      if (files.readFile === (readFile as unknown)) files.readFile = original as typeof files.readFile
    },
  }
}

function fileCalling(callee: (...args: never[]) => unknown): string | undefined {
  return callSites(1, callee)[0]?.getFileName() ?? undefined
}
