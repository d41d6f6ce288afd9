import type Module from 'node:module'
import { dirname } from 'node:path'
import { constants, Script } from 'node:vm'
import type { TransformedModule } from './load-hook.ts'

type Wrapper = (...args: unknown[]) => unknown

export interface StubsOptions {
  /** Node's `Module`, whose wrapper the application may have replaced. */
  module: Pick<typeof Module, 'wrap'>
  /** Where the way from Node's loader to us is kept. */
  global: object
  /** A file of our own. */
  ownFile: string
  process: Pick<NodeJS.Process, 'execArgv' | 'env'> & { sourceMapsEnabled?: boolean }
}

/** What Node is given in place of a module's text, at once: it calls the program that was compiled last. */
export interface Stub {
  text: string
  file: string
}

/** Node's own wrapper, as it was before V8 could compile a function's body: the first line's columns are put right by an offset. */
const OPEN = '(function (exports, require, module, __filename, __dirname) { '
const CLOSE = '\n})'

/** What V8 is given for a module's text. */
export const programOf = (text: string): string => OPEN + text + CLOSE

/** Calls the program itself, so that no frame but this one is in between. */
const stubCalling = (entry: string) =>
  `const p = ${entry}(this); return p.run(exports, require, module, p.file, p.folder)`

/** A debugger wants to pause in the module's first line, or Node wants to know more of a text than we could tell it. */
const NEEDS_NODE = /--(inspect|enable-source-maps|experimental-(policy|default-type))/

/**
 * Compiles CommonJS with what V8 made of it in an earlier process, functions that the start calls included. Node has no way
 * to be given that: 20 keeps nothing, later versions what is compiled before the module runs, without its functions.
 *
 * The module still runs inside of Node's own `_compile`, with the `require` that Node made for it: Node compiles a stub
 * that calls the program. What the application sees of it is one frame more below the module's own.
 */
export function createStubs(options: StubsOptions): (made: TransformedModule, filename: string) => Stub | undefined {
  const { module, global, ownFile, process } = options
  const { wrap } = module
  const isPossible = !NEEDS_NODE.test(`${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`)
  let next: { wrapper: Wrapper; file: string } | undefined

  function enter(exports: unknown): unknown {
    const { wrapper, file } = next as NonNullable<typeof next>
    next = undefined
    return { run: bind(wrapper, exports), file, folder: dirname(file) }
  }
  const entry = defineEntry(global, enter)
  const stub = entry === undefined ? undefined : { text: stubCalling(entry), file: ownFile }

  function compile({ code, compiled, keep }: TransformedModule, filename: string): Wrapper {
    const script = new Script(programOf(code), {
      filename,
      columnOffset: -OPEN.length,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      ...(compiled && { cachedData: compiled }),
    })
    if (compiled === undefined || script.cachedDataRejected) keep?.(() => script.createCachedData())
    return script.runInThisContext() as Wrapper
  }

  return (made, filename) => {
    if (!isPossible || stub === undefined || !made.standsAlone || made.keep === undefined) return undefined
    if (process.sourceMapsEnabled || module.wrap !== wrap) return undefined
    try {
      next = { wrapper: compile(made, filename), file: filename }
      return stub
    } catch {
      // Node says better what is wrong with it.
      return undefined
    }
  }
}

/** The name that the global object took, `undefined` when it takes none. */
function defineEntry(global: object, value: unknown): string | undefined {
  let name = '$lightrun_program'
  // Another copy of this package may be in the process.
  while (Object.hasOwn(global, name)) name += '_'
  return Reflect.defineProperty(global, name, { value }) ? name : undefined
}

/** Taken when this file is loaded: the application may replace its own. */
const { bind: bindThis } = Function.prototype
const bind = (wrapper: Wrapper, thisValue: unknown) => Reflect.apply(bindThis, wrapper, [thisValue]) as Wrapper

/** Whether it is Node's own: somebody else's would be given the stub for the module's text. */
export function isOwnCompile(compile: unknown): boolean {
  return (
    typeof compile === 'function' &&
    /\bwrapSafe\(filename, content, this\b/.test(Function.prototype.toString.call(compile))
  )
}
