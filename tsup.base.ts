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
    treeshake: false,
    ...overrides,
  }
}
