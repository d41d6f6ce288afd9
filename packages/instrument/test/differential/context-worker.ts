// Runs programs in fresh contexts, in a worker thread that has vm.SourceTextModule. Programs come one at a time.
import { Console } from 'node:console'
import { createRequire } from 'node:module'
import { Writable } from 'node:stream'
import { inspect, types } from 'node:util'
import vm from 'node:vm'
import { parentPort } from 'node:worker_threads'
import { readVariable, type Site, UNAVAILABLE, weave } from '../../src/index.ts'
import type { ContextOutcome, ContextProgram, ContextRequest, ContextResponse } from './context-program.ts'
import type { Variant } from './contract.ts'
import { describe } from './describe.ts'
import { normalise } from './normalise.ts'
import { Probes } from './probes.ts'

const builtin = createRequire(import.meta.url)
const WRAPPER = ['exports', 'require', 'module', '__filename', '__dirname']
const { isProxy } = types

let output: string[] = []
process.on('unhandledRejection', (error) => output.push(`unhandled ${describeError(error)}`))
process.on('uncaughtException', (error) => output.push(`uncaught ${describeError(error)}`))

parentPort?.on('message', async ({ program, variant }: ContextRequest) => {
  const response: ContextResponse = { outcome: await run(program, variant) }
  parentPort?.postMessage(response)
})

parentPort?.postMessage('ready')

/** Timers that have not run yet. */
interface Pending {
  timers: number
}

async function run(program: ContextProgram, variant: Variant): Promise<ContextOutcome> {
  output = []
  const pending: Pending = { timers: 0 }
  const context = createContext(pending)
  const captures: ContextOutcome['captures'] = {}
  const probes = new Probes({
    variant,
    global: context,
    snapshot(file, site, args) {
      const readings = readAll(site, args)
      const key = `${file}:${site.index}`
      if (captures[key] === undefined && program.sources[file]?.includes('//?')) {
        captures[key] = Object.fromEntries(readings.map(([name, value]) => [`$${name}`, show(value)]))
      } else for (const [, value] of readings) describe(value, { depth: 2, items: 10, isProxy })
    },
  })
  const { format } = program
  // A file that cannot be woven stays as it is.
  const textOf = (filename: string): string => {
    const source = program.sources[filename] ?? ''
    const result = variant.weaving === 'none' ? undefined : weave(source, { filename, format })
    if (result?.status !== 'woven') return source
    probes.add(filename, result)
    return result.code
  }
  let ended = 'exit code 0'
  try {
    const done = format === 'module' ? runModule(program, context, textOf) : runScript(program, context, textOf)
    await Promise.race([done, settle(pending)])
  } catch (error) {
    ended = 'threw'
    output.push(`threw ${describeError(error)}`)
  }
  await settle(pending)
  return { ended, output: normalise(output.join('')), exports: '', probes: probes.counts, captures }
}

function readAll(site: Site, args: readonly unknown[]): [name: string, value: unknown][] {
  return site.variables.map(({ name }, index) => [name, readVariable(site, index, args)])
}

function createContext(pending: Pending): vm.Context {
  const stream = new Writable({ write: (chunk, _, next) => next(void output.push(String(chunk))) })
  const timed =
    (schedule: (callback: () => void, ...rest: never[]) => unknown) =>
    (callback: () => void, ...rest: never[]) => {
      pending.timers++
      schedule(
        () => {
          pending.timers--
          callback()
        },
        ...rest,
      )
    }
  return vm.createContext({
    console: new Console(stream),
    setTimeout: timed(setTimeout),
    setImmediate: timed(setImmediate),
    queueMicrotask,
  })
}

type TextOf = (filename: string) => string

function runScript({ entry }: ContextProgram, context: vm.Context, textOf: TextOf): void {
  const filename = `/${entry}`
  const body = vm.compileFunction(textOf(entry).replace(/^#!.*/, ''), WRAPPER, { filename, parsingContext: context })
  const module = { exports: vm.runInContext('({})', context) as object }
  body.call(module.exports, module.exports, builtin, module, filename, '/')
}

async function runModule({ entry, sources }: ContextProgram, context: vm.Context, textOf: TextOf): Promise<void> {
  const modules = new Map<string, vm.Module>()
  const load = (specifier: string): vm.Module => {
    const known = modules.get(specifier)
    if (known !== undefined) return known
    const name = specifier.replace('./', '')
    const module = sources[name] === undefined ? synthetic(specifier) : source(name)
    modules.set(specifier, module)
    return module
  }
  const source = (name: string) =>
    new vm.SourceTextModule(textOf(name), {
      context,
      identifier: `/${name}`,
      initializeImportMeta: (meta) => Object.assign(meta, { url: `file:///${name}` }),
      importModuleDynamically: async (specifier: string) => {
        const module = load(specifier)
        if (module.status === 'unlinked') await module.link(load)
        await module.evaluate()
        return module
      },
    })
  const synthetic = (specifier: string) => {
    const exports = builtin(specifier) as Record<string, unknown>
    const names = [...Object.keys(exports), 'default']
    return new vm.SyntheticModule(
      names,
      function () {
        for (const name of names) this.setExport(name, name === 'default' ? exports : exports[name])
      },
      { context },
    )
  }
  const start = load(`./${entry}`)
  await start.link(load)
  await start.evaluate()
}

/** Until nothing is scheduled any more, and what that left behind has run. */
async function settle(pending: Pending): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = pending.timers > 0 ? 0 : quiet + 1) await new Promise((r) => setImmediate(r))
}

/** With the frames that are the program's. */
function describeError(error: unknown): string {
  if (!types.isNativeError(error) || typeof error.stack !== 'string') return `${inspect(error)}\n`
  const lines = error.stack.split('\n')
  const frames = lines.filter((line) => /^ +at (.* \()?\/\w+\.\w+:\d+:\d+\)?$/.test(line))
  return `${error.name}: ${error.message}\n${frames.join('\n')}\n`
}

function show(value: unknown): string {
  return value === UNAVAILABLE ? 'unavailable' : inspect(value, { depth: 1 })
}
