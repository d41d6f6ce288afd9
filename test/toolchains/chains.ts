import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** One way from the shop's sources to what Node runs. */
export interface Chain {
  name: string
  /** What is special about the map, or about the way the code gets into V8. */
  tests: string
  /** Of the shop. */
  sources: 'typescript' | 'coffeescript'
  /** Oldest Node that can do it. */
  since?: readonly [major: number, minor: number]
  /** First Node that can do it no more. */
  until?: readonly [major: number, minor: number]
  /** Names that the compiler takes away, so that no map can give them back. */
  lost?: readonly string[]
  /** Writes what runs into the folder, which holds `src`; answers with Node's arguments. */
  build(folder: string, tools: Tools): Promise<string[]>
}

/** The tools in `.cache/toolchains`. */
export interface Tools {
  folder: string
  /** Runs a tool's command in a folder. */
  run(command: string, args: readonly string[], cwd: string): Promise<void>
  // biome-ignore lint/suspicious/noExplicitAny: each tool has a shape of its own, and this is a test
  require(name: string): any
}

export function openTools(folder: string): Tools {
  const require = createRequire(join(folder, 'package.json'))
  return {
    folder,
    require,
    async run(command, args, cwd) {
      await promisify(execFile)(join(folder, 'node_modules/.bin', command), [...args], { cwd })
    },
  }
}

/**
 * A minifier gives the letter of a variable that is not used any more to another one, and makes an anonymous function of
 * one that is called once.
 */
const LOST_IN_MINIFYING = ['cart', 'checkout']

/** `"type": "module"` or not decides how Node takes `.js`. */
const asModules = (folder: string) => writeFile(join(folder, 'package.json'), '{"type":"module"}')
const asCommonJs = (folder: string) => writeFile(join(folder, 'package.json'), '{"type":"commonjs"}')

async function tsc(folder: string, tools: Tools, ...more: string[]): Promise<void> {
  const { run } = tools
  const common = ['--target', 'es2022', '--rewriteRelativeImportExtensions', '--skipLibCheck', '--lib', 'es2022']
  const files = ['src/main.ts', 'src/cart.ts', 'src/globals.d.ts']
  await writeFile(
    join(folder, 'src/globals.d.ts'),
    'declare function setInterval(run: () => void, ms: number): unknown\n',
  )
  await run('tsc', [...files, '--outDir', 'dist', ...common, ...more], folder)
}

const esbuild = async (folder: string, { require }: Tools, options: object) => {
  await require('esbuild').build({
    entryPoints: [join(folder, 'src/main.ts')],
    absWorkingDir: folder,
    platform: 'node',
    logLevel: 'silent',
    ...options,
  })
}

export const CHAINS: readonly Chain[] = [
  {
    name: 'tsc, ES modules',
    tests: 'an external map without sourcesContent',
    sources: 'typescript',
    async build(folder, tools) {
      await asModules(folder)
      await tsc(folder, tools, '--module', 'nodenext', '--sourceMap')
      return ['dist/main.js']
    },
  },
  {
    name: 'tsc, CommonJS for old engines',
    tests: 'an inline map with sourceRoot, and compiled syntax',
    sources: 'typescript',
    async build(folder, tools) {
      await asCommonJs(folder)
      const flags = ['--module', 'commonjs', '--moduleResolution', 'node10', '--target', 'es5']
      await tsc(folder, tools, ...flags, '--inlineSourceMap', '--inlineSources', '--sourceRoot', '../src')
      return ['dist/main.js']
    },
  },
  {
    name: 'esbuild, bundled',
    tests: 'a bundle of another name, linked map',
    sources: 'typescript',
    async build(folder, tools) {
      await asModules(folder)
      await esbuild(folder, tools, { bundle: true, format: 'esm', sourcemap: true, outfile: 'out/server.js' })
      return ['out/server.js']
    },
  },
  {
    name: 'esbuild, bundled and minified',
    tests: 'one line, columns and names, inline map',
    sources: 'typescript',
    async build(folder, tools) {
      await asCommonJs(folder)
      const options = { bundle: true, minify: true, format: 'cjs', sourcemap: 'inline', outfile: 'out/server.js' }
      await esbuild(folder, tools, options)
      return ['out/server.js']
    },
  },
  {
    name: 'webpack over tsc',
    tests: 'webpack:// sources, minified, and maps of maps',
    sources: 'typescript',
    // Modules in one scope: now this one is called once, too.
    lost: [...LOST_IN_MINIFYING, 'totalOf'],
    async build(folder, tools) {
      await asModules(folder)
      await tsc(folder, tools, '--module', 'nodenext', '--sourceMap')
      const webpack = promisify(tools.require('webpack'))
      const stats = await webpack({
        context: folder,
        entry: './dist/main.js',
        target: 'node',
        mode: 'production',
        devtool: 'source-map',
        output: { path: join(folder, 'out'), filename: 'server.cjs' },
      })
      if (stats.hasErrors()) throw new Error(stats.toString())
      return ['out/server.cjs']
    },
  },
  {
    name: 'terser over tsc',
    tests: 'minified files with maps to what tsc wrote',
    sources: 'typescript',
    lost: LOST_IN_MINIFYING,
    async build(folder, tools) {
      await asModules(folder)
      await tsc(folder, tools, '--module', 'nodenext', '--sourceMap')
      await mkdir(join(folder, 'min'))
      for (const name of ['main', 'cart']) {
        const code = await readFile(join(folder, `dist/${name}.js`), 'utf8')
        const result = await tools
          .require('terser')
          .minify(
            { [`../dist/${name}.js`]: code },
            { module: true, sourceMap: { filename: `${name}.js`, url: `${name}.js.map` } },
          )
        await writeFile(join(folder, `min/${name}.js`), result.code)
        await writeFile(join(folder, `min/${name}.js.map`), result.map)
      }
      return ['min/main.js']
    },
  },
  {
    name: 'swc, concatenated',
    tests: 'an indexed map: sections of concatenated files',
    sources: 'typescript',
    async build(folder, tools) {
      await asModules(folder)
      const parts: { code: string; map: unknown }[] = []
      for (const name of ['cart', 'main']) {
        const { code, map } = await swc(folder, tools, name, { type: 'es6' })
        // Blanked out, so that no column moves and the maps stay right.
        parts.push({
          code: code.replace(/^import .*$|^export (?=class|function)/gm, (text) => ' '.repeat(text.length)),
          map,
        })
      }
      await writeConcatenated(join(folder, 'out'), parts)
      return ['out/server.js']
    },
  },
  {
    name: 'swc, minified',
    tests: 'inline map, names',
    sources: 'typescript',
    lost: LOST_IN_MINIFYING,
    async build(folder, tools) {
      await asCommonJs(folder)
      await mkdir(join(folder, 'dist'))
      for (const name of ['main', 'cart']) {
        const { code } = await swc(folder, tools, name, { type: 'commonjs' }, 'inline')
        await writeFile(join(folder, `dist/${name}.js`), code.replaceAll('./cart.ts', './cart.js'))
      }
      return ['dist/main.js']
    },
  },
  {
    name: 'tsx',
    tests: 'compiled in memory as it loads, inline map',
    sources: 'typescript',
    async build(folder, { folder: tools }) {
      await asModules(folder)
      const entry = join(tools, 'node_modules/tsx/dist/loader.mjs')
      return ['--import', pathToFileURL(entry).href, 'src/main.ts']
    },
  },
  {
    name: "Node's own type stripping",
    tests: 'the source itself, positions as they are',
    sources: 'typescript',
    since: [22, 18],
    async build(folder) {
      await asModules(folder)
      return ['src/main.ts']
    },
  },
  {
    name: 'Node compiling TypeScript',
    tests: 'enums and the like, inline map in memory',
    sources: 'typescript',
    since: [22, 18],
    until: [25, 0],
    async build(folder) {
      await asModules(folder)
      const cart = join(folder, 'src/cart.ts')
      await writeFile(cart, `enum Side { Left,\n  Right }\nvoid Side\n${await readFile(cart, 'utf8')}`)
      return ['--experimental-transform-types', 'src/main.ts']
    },
  },
  {
    name: 'CoffeeScript',
    tests: 'another language',
    sources: 'coffeescript',
    async build(folder, { require }) {
      await asModules(folder)
      await mkdir(join(folder, 'dist'))
      for (const file of await readdir(join(folder, 'src'))) {
        const name = basename(file, '.coffee')
        const text = await readFile(join(folder, 'src', file), 'utf8')
        const { js, v3SourceMap } = require('coffeescript').compile(text, {
          sourceMap: true,
          bare: true,
          filename: file,
          sourceRoot: '../src/',
          sourceFiles: [file],
          generatedFile: `${name}.js`,
        })
        await writeFile(join(folder, `dist/${name}.js`), `${js}\n//# sourceMappingURL=${name}.js.map\n`)
        await writeFile(join(folder, `dist/${name}.js.map`), v3SourceMap)
      }
      return ['dist/main.js']
    },
  },
]

function swc(
  folder: string,
  { require }: Tools,
  name: string,
  module: object,
  sourceMaps: true | 'inline' = true,
): Promise<{ code: string; map: string }> {
  const isMinified = sourceMaps === 'inline'
  return require('@swc/core').transformFile(join(folder, `src/${name}.ts`), {
    sourceMaps,
    module,
    minify: isMinified,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript' },
      ...(isMinified ? { minify: { compress: true, mangle: true } } : {}),
    },
  })
}

/** What simple bundlers do: one text after the other, and a map with a section for each. */
async function writeConcatenated(folder: string, parts: readonly { code: string; map: unknown }[]): Promise<void> {
  const sections: object[] = []
  let text = ''
  for (const { code, map } of parts) {
    const offset = { line: text.split('\n').length - 1, column: 0 }
    sections.push({ offset, map: JSON.parse(String(map)) })
    text += `${code}\n`
  }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'server.js'), `${text}//# sourceMappingURL=server.js.map\n`)
  await writeFile(join(folder, 'server.js.map'), JSON.stringify({ version: 3, sections }))
}
