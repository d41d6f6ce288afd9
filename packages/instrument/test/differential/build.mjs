import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const here = fileURLToPath(new URL('.', import.meta.url))

/**
 * Bundles the harness, the weaver included, to plain JavaScript that any Node runs on its own: `index.mjs`, for scripts;
 * `context-worker.mjs`; and what the processes under test load, `preload.cjs` and `hook-thread.mjs`.
 *
 * @param {string} folder where to; it is created
 */
export async function buildHarness(folder) {
  await bundle(folder, 'esm', '.mjs', ['index', 'context-worker', 'hook-thread'])
  await bundle(folder, 'cjs', '.cjs', ['preload'])
}

function bundle(outDir, format, extension, names) {
  return build({
    entry: Object.fromEntries(names.map((name) => [name, join(here, `${name}.ts`)])),
    outDir,
    format,
    outExtension: () => ({ js: extension }),
    target: 'node20',
    platform: 'node',
    noExternal: [/.*/],
    splitting: false,
    clean: false,
    dts: false,
    config: false,
    tsconfig: join(here, '../../../../tsconfig.json'),
    silent: true,
  })
}
