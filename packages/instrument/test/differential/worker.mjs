// Runs programs in fresh contexts, in a worker thread that has vm.SourceTextModule. Programs come one at a time.
import { Console } from 'node:console'
import { createRequire } from 'node:module'
import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import vm from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'

const { readVariables, UNAVAILABLE } = await import(`data:text/javascript,${encodeURIComponent(workerData.reader)}`)
const builtin = createRequire(import.meta.url)
const WRAPPER = ['exports', 'require', 'module', '__filename', '__dirname']

let output = []
process.on('unhandledRejection', (error) => output.push(`unhandled ${describe(error)}`))
process.on('uncaughtException', (error) => output.push(`uncaught ${describe(error)}`))

parentPort.on('message', async ({ id, program }) => {
  parentPort.postMessage({ id, outcome: await run(program) })
})

async function run(program) {
  output = []
  const captures = {}
  const state = { hits: 0, timers: 0 }
  const context = createContext(state)
  for (const [name, { cells, sites }] of Object.entries(program.files)) {
    for (const cell of cells) {
      const value = program.armed ? (index, ...args) => hit(name, sites[index], args) : undefined
      Object.defineProperty(context, cell, { value, writable: true, configurable: true, enumerable: false })
    }
  }
  function hit(file, site, args) {
    state.hits++
    const readings = readVariables(site, args)
    const key = `${file}:${site.index}`
    if (captures[key] === undefined && /\/\/\?/.test(program.files[file].code)) {
      captures[key] = Object.fromEntries(readings.map(({ name, value }) => [`$${name}`, show(value)]))
    }
  }
  try {
    const done = program.format === 'module' ? runModule(program, context) : runScript(program, context)
    await Promise.race([done, settle(state)])
  } catch (error) {
    output.push(`threw ${describe(error)}`)
  }
  await settle(state)
  return { output, captures, hits: state.hits }
}

function createContext(state) {
  const stream = new Writable({ write: (chunk, _, next) => next(void output.push(String(chunk))) })
  const timed =
    (schedule) =>
    (callback, ...rest) => {
      state.timers++
      schedule(
        () => {
          state.timers--
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

function runScript(program, context) {
  const { code } = program.files[program.entry]
  const filename = `/${program.entry}`
  const body = vm.compileFunction(code.replace(/^#!.*/, ''), WRAPPER, { filename, parsingContext: context })
  const module = { exports: vm.runInContext('({})', context) }
  body.call(module.exports, module.exports, builtin, module, filename, '/')
}

async function runModule(program, context) {
  const modules = new Map()
  const load = (specifier) => {
    const known = modules.get(specifier)
    if (known !== undefined) return known
    const file = program.files[specifier.replace('./', '')]
    const module = file === undefined ? synthetic(specifier) : source(specifier.replace('./', ''), file)
    modules.set(specifier, module)
    return module
  }
  const source = (name, { code }) =>
    new vm.SourceTextModule(code, {
      context,
      identifier: `/${name}`,
      initializeImportMeta: (meta) => Object.assign(meta, { url: `file:///${name}` }),
      importModuleDynamically: async (specifier) => {
        const module = load(specifier)
        if (module.status === 'unlinked') await module.link(load)
        await module.evaluate()
        return module
      },
    })
  const synthetic = (specifier) => {
    const exports = builtin(specifier)
    const names = [...Object.keys(exports), 'default']
    return new vm.SyntheticModule(
      names,
      function () {
        for (const name of names) this.setExport(name, name === 'default' ? exports : exports[name])
      },
      { context },
    )
  }
  const entry = load(`./${program.entry}`)
  await entry.link(load)
  await entry.evaluate()
}

/** Until nothing is scheduled any more, and what that left behind has run. */
async function settle(state) {
  for (let quiet = 0; quiet < 3; quiet = state.timers > 0 ? 0 : quiet + 1) await new Promise((r) => setImmediate(r))
}

function describe(error) {
  if (error === null || typeof error !== 'object' || typeof error.stack !== 'string') return inspect(error)
  const frames = [...error.stack.matchAll(/at (?:(.*) \()?\/(input\S*?):(\d+)(?::\d+)?\)?$/gm)]
  const described = frames.map(([, fn, file, line], i) => {
    // V8 gives the implicit call of a class initialiser the position of whatever ran before it.
    const implicit = /^<.*_initializer>$/.test(frames[i - 1]?.[1] ?? '')
    return `${fn}@${file}:${implicit ? '?' : line}`
  })
  return `${error.name}: ${error.message} ${described.join(' ')}`
}

function show(value) {
  return value === UNAVAILABLE ? 'unavailable' : inspect(value, { depth: 1 })
}
