// Required by every process and worker of a run before anything else (NODE_OPTIONS): weaves what loads, all of it.
// The unwoven variant takes the same way through Node's loaders, so that weaving is the only difference.
import { readFileSync, writeFileSync } from 'node:fs'
import Module from 'node:module'
import { pathToFileURL } from 'node:url'
import { types } from 'node:util'
import { threadId } from 'node:worker_threads'
import { type ModuleFormat, readVariable, weave } from '../../src/index.ts'
import { describe } from './describe.ts'
import { hookModules } from './hook-modules.ts'
import { Probes } from './probes.ts'
import { configFile, type Report, reportFile, SLOT_VARIABLE, type SlotConfig } from './slot.ts'

type Compile = (this: unknown, code: string, filename: string, ...rest: unknown[]) => unknown

const { isProxy } = types
const slot = process.env[SLOT_VARIABLE]
if (slot !== undefined) install(slot)

function install(slot: string): void {
  const { variant } = JSON.parse(readFileSync(configFile(slot), 'utf8')) as SlotConfig
  const untouched: Record<string, string> = {}
  const probes = new Probes({
    variant,
    global: globalThis,
    snapshot: (_, site, args) => {
      for (let i = 0; i < site.variables.length; i++) {
        describe(readVariable(site, i, args), { depth: 3, items: 20, isProxy })
      }
    },
  })

  function transform(source: string, filename: string, format: ModuleFormat): string {
    if (variant.weaving === 'none') return source
    const result = weave(source, { filename, format })
    if (result.status === 'untouched') {
      if (result.reason !== 'nothing_to_weave') untouched[filename] = `${result.reason}: ${result.message}`
      return source
    }
    probes.add(filename, result)
    return result.code
  }

  const prototype = Module.prototype as unknown as { _compile: Compile }
  const compile = prototype._compile
  prototype._compile = function (code, filename, ...rest) {
    const isModule = rest[0] === 'module' || rest[0] === 'module-typescript'
    return compile.call(this, isModule ? code : transform(code, filename, 'commonjs'), filename, ...rest)
  }
  hookModules({
    weaving: variant.weaving !== 'none',
    transform: (source, filename) => transform(source, filename, 'module'),
    onWoven: (filename, woven) => probes.add(filename, woven),
    onUntouched: (filename, reason) => {
      untouched[filename] = reason
    },
  })

  const shape = (value: unknown) => describe(value, { depth: 5, items: 500, isProxy })
  let exports = ''
  const entry = process.argv[1]
  // `require.main` of CommonJS; a module has to be asked for once more, which answers at once.
  process.once('beforeExit', () => {
    if (entry === undefined || threadId !== 0 || process.mainModule !== undefined) return
    import(pathToFileURL(entry).href).then(
      (namespace) => {
        exports = shape(namespace)
      },
      () => {},
    )
  })
  process.on('exit', () => {
    if (process.mainModule !== undefined && threadId === 0) exports = shape(process.mainModule.exports)
    const report: Report = { exports, probes: probes.counts, untouched }
    try {
      writeFileSync(reportFile(slot, process.pid, threadId), JSON.stringify(report))
    } catch {
      // The program has made this impossible, in every variant or in none.
    }
  })
}
