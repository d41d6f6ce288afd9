// Bundles the fuzzer with the sources of the sandbox, so that no build is needed, and runs it.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const outDir = here('../../../.cache/fuzz')

await build({
  config: false,
  silent: true,
  entry: { main: here('main.ts'), worker: here('worker.ts') },
  outDir,
  format: 'esm',
  target: 'node20',
  platform: 'node',
  noExternal: [/^@lightrun\//],
  esbuildOptions: (options) => {
    options.conditions = ['@lightrun/source']
  },
  outExtension: () => ({ js: '.js' }),
})
const child = spawn(process.execPath, [`${outDir}/main.js`, '--corpus', here('corpus'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
child.once('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1
})
