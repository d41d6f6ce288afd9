import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { privateZod } from '../../../tsup.base.ts'
import config from '../tsup.config.ts'

export interface Built {
  /** The package as an ES module, with all it needs. */
  esm: string
  /** The same for `require`. */
  cjs: string
  remove(): Promise<void>
}

/** Builds the package as it is published, and core into it: child processes run what users run, with no build before. */
export async function buildPackage(): Promise<Built> {
  if (typeof config === 'function' || Array.isArray(config)) throw new Error('tsup.config.ts has another shape')
  const outDir = await mkdtemp(join(tmpdir(), 'lightrun-transport-http-'))
  await build({
    ...config,
    config: false,
    silent: true,
    dts: false,
    clean: false,
    sourcemap: false,
    entry: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    outDir,
    noExternal: [/./],
    esbuildPlugins: [...(config.esbuildPlugins ?? []), ...(privateZod.esbuildPlugins ?? [])],
    outExtension: ({ format }) => ({ js: format === 'esm' ? '.mjs' : '.cjs' }),
    esbuildOptions(options) {
      options.conditions = ['@lightrun/source']
    },
  })
  const remove = () => rm(outDir, { recursive: true, force: true })
  return { esm: join(outDir, 'index.mjs'), cjs: join(outDir, 'index.cjs'), remove }
}
