import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** How each is used, so that a bundle holds what an application would load. */
const USES = {
  '@lightrun/sandbox': `export { createMirror } from '@lightrun/core'; export { createSandbox } from '@lightrun/sandbox'`,
  'quickjs-emscripten': `export { getQuickJS } from 'quickjs-emscripten'`,
  'expr-eval': `export { Parser } from 'expr-eval'`,
  jexl: `export { Jexl } from 'jexl'`,
  'cel-js': `export { parse, evaluate } from 'cel-js'`,
}
/** Loaded beside the bundle, when it is needed. */
const BESIDE = {
  '@lightrun/sandbox': ['@jitl/quickjs-wasmfile-release-sync/wasm'],
  'quickjs-emscripten': ['@jitl/quickjs-wasmfile-release-sync/wasm'],
}

/** Bytes on disk with all dependencies, and minified in one file as it is loaded. */
export async function sizesOf(evaluators, folder) {
  const sizes = []
  for (const { name, package: installed } of evaluators) {
    if (installed === undefined) continue
    const from = name.startsWith('@lightrun/') ? join(root, 'benchmarks') : folder
    const packages = withDependencies(installed, from)
    const bytes = [...packages].reduce((sum, path) => sum + bytesOf(path), 0)
    sizes.push({ name, packages: packages.size, bytes, bundle: USES[name] && (await bundled(name, from)) })
  }
  return sizes
}

function withDependencies(name, from, found = new Set()) {
  const path = realpathSync(folderOf(name, from))
  if (found.has(path)) return found
  found.add(path)
  const { dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  for (const each of Object.keys(dependencies)) withDependencies(each, path, found)
  return found
}

function folderOf(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name)
    if (existsSync(path)) return path
    if (at === dirname(at)) throw new Error(`${name} is not installed`)
  }
}

/** What npm would have unpacked: for a package of this repository, what it publishes. */
function bytesOf(path) {
  const { files } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const own = path.startsWith(join(root, 'packages'))
  const parts = own ? ['package.json', 'README.md', ...files.filter((each) => !each.startsWith('!'))] : ['.']
  return parts.reduce((sum, each) => sum + treeBytes(join(path, each)), 0)
}

function treeBytes(path) {
  const stats = lstatSync(path)
  if (!stats.isDirectory()) return stats.size
  return readdirSync(path)
    .filter((name) => name !== 'node_modules' && !name.endsWith('.test.ts'))
    .reduce((sum, name) => sum + treeBytes(join(path, name)), 0)
}

async function bundled(name, from) {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const outDir = mkdtempSync(join(root, '.cache/size-'))
  try {
    const entry = join(outDir, 'use.mjs')
    writeFileSync(entry, USES[name])
    await build({
      config: false,
      silent: true,
      entry: { bundle: entry },
      outDir: join(outDir, 'out'),
      format: 'esm',
      platform: 'node',
      minify: true,
      splitting: false,
      noExternal: [/./],
      esbuildOptions(options) {
        options.nodePaths = [join(from, 'node_modules'), join(root, 'node_modules')]
      },
    })
    const beside = (BESIDE[name] ?? []).map((file) =>
      createRequire(join(root, 'packages/sandbox/package.json')).resolve(file),
    )
    const own = readdirSync(join(outDir, 'out')).map((file) => join(outDir, 'out', file))
    return [...own, ...beside].reduce((sum, file) => sum + statSync(file).size, 0)
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}
