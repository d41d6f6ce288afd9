import { readFile } from 'node:fs/promises'
import type { Options } from 'tsup'

/** One build for every library: ESM, CommonJS and types. `LIGHTRUN_BUILD=js` leaves the types out (demo, end-to-end tests). */
export function library(overrides: Options = {}): Options {
  const format = overrides.format ?? ['esm', 'cjs']
  return {
    entry: ['src/index.ts'],
    format,
    target: 'node20',
    platform: 'node',
    dts:
      process.env.LIGHTRUN_BUILD === 'js'
        ? false
        : { compilerOptions: { customConditions: [], allowImportingTsExtensions: true } },
    sourcemap: true,
    clean: true,
    splitting: true,
    shims: true,
    treeshake: false,
    esbuildOptions(options, { format }) {
      // tsup makes chunks CommonJS with sucrase, which turns each `?.` and `??` into a call with closures, in hits as well.
      if (format === 'cjs') options.supported = { 'optional-chain': false, 'nullish-coalescing': false }
    },
    ...overrides,
  }
}

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/**
 * Bundles zod into what runs inside applications. Its own entry point loads every locale (40 ms of an agent's start
 * against 5 ms tree-shaken), and it keeps its configuration on `globalThis`, where the application's zod and ours
 * would change each other: the bundled copy keeps it to itself.
 */
export const privateZod: Pick<Options, 'noExternal' | 'esbuildPlugins'> = {
  noExternal: [/^zod(\/|$)/],
  esbuildPlugins: [keepGlobalsPrivate(/[\\/]zod[\\/]v4[\\/]core[\\/](core|registries)\.js$/)],
}

function keepGlobalsPrivate(filter: RegExp): Plugin {
  return {
    name: 'keep-globals-private',
    setup(build) {
      build.onLoad({ filter }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        return { contents: `const ownGlobals = {};\n${text.replaceAll('globalThis', 'ownGlobals')}`, loader: 'js' }
      })
    },
  }
}
