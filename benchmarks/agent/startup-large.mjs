import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inTurn, median, medianRatio, spread } from './statistics.mjs'

const REGISTER = new URL('../../packages/sdk-node/dist/register.js', import.meta.url).href
const REGISTER_COMMONJS = fileURLToPath(new URL('../../packages/sdk-node/dist/register.cjs', import.meta.url))
const INSTALLED = fileURLToPath(new URL('../../node_modules', import.meta.url))
/** Copied, so that they are the application's own code: 1.9 MB in 450 files. Their dependencies stay dependencies. */
const OWN = ['acorn', 'ajv', 'fastify', 'kysely', 'pg', 'pino', 'postcss', 'yaml']

const LOADED = ['fastify', 'Ajv', 'kysely', 'yaml', 'postcss', 'pg', 'pino', 'acorn']
const IMPORTS = {
  // A third of the files are ES modules: kysely and acorn.
  'ES modules and CommonJS': {
    fastify: 'fastify/fastify.js',
    Ajv: 'ajv/dist/ajv.js',
    kysely: 'kysely/dist/esm/index.js',
    yaml: 'yaml/dist/index.js',
    postcss: 'postcss/lib/postcss.js',
    pg: 'pg/lib/index.js',
    pino: 'pino/pino.js',
    acorn: 'acorn/dist/acorn.mjs',
  },
}
IMPORTS.CommonJS = {
  ...IMPORTS['ES modules and CommonJS'],
  kysely: 'kysely/dist/cjs/index.js',
  acorn: 'acorn/dist/acorn.js',
}

/** `--import` begins with Node's loader of ES modules, which an application that has none does not pay for otherwise. */
const APPLICATIONS = [
  {
    name: 'ES modules and CommonJS',
    main: 'main.mjs',
    text: mainOf('ES modules and CommonJS', importing),
    preload: ['--import', REGISTER],
  },
  {
    name: 'CommonJS',
    main: 'main.cjs',
    text: mainOf('CommonJS', requiring),
    preload: ['--require', REGISTER_COMMONJS],
  },
]

function importing(name, file) {
  // What a namespace has by default is what CommonJS exports.
  return `import * as ${name}_ from './own/${file}'\nconst ${name} = ${name}_.default ?? ${name}_`
}

function requiring(name, file) {
  return `const ${name} = require('./own/${file}')`
}

function mainOf(name, load) {
  return `
${LOADED.map((each) => load(each, IMPORTS[name][each])).join('\n')}

async function main() {
  const server = fastify()
  server.get('/', async () => ({ hello: 'world' }))
  const { statusCode } = await server.inject('/')
  new (Ajv.default ?? Ajv)().compile({ type: 'object', properties: { a: { type: 'string' } } })({ a: 'b' })
  yaml.parse('a: [1, 2]')
  postcss.parse('a { b: c }')
  acorn.parse('a + b', { ecmaVersion: 2022 })
  await server.close()
  const loaded = [kysely.Kysely, pg, pino].filter(Boolean).length
  const scripts = Reflect.get(globalThis, Symbol.for('@lightrun/sdk-node'))?.installation.scripts
  const woven = scripts === undefined ? [] : [...scripts.all()].filter(({ status }) => status === 'woven').map(({ path }) => path)
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ statusCode, loaded, cpuMs: (user + system) / 1e3, woven }))
}
main()
`
}

/**
 * A process from spawn to exit: an application of 1.9 MB starts, serves one request and leaves. CPU time is what the
 * process used until it was done, on all its threads.
 */
export function measureLargeStartup(rounds) {
  return APPLICATIONS.map((application) => ({ application: application.name, ...measureOne(application, rounds) }))
}

function measureOne({ main, text, preload }, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'lightrun-bench-start-'))
  try {
    makeApplication(folder, main, text)
    const cache = join(folder, 'cache')
    const woven = [...preload, main]
    const variants = [
      { name: 'without SDK', args: [main] },
      { name: 'woven, cache warm', args: woven, env: { LIGHTRUN_WEAVE_CACHE: cache } },
      {
        name: "the same, without Node's compile cache",
        args: woven,
        env: { LIGHTRUN_WEAVE_CACHE: cache, NODE_DISABLE_COMPILE_CACHE: '1' },
      },
      { name: 'woven, no cache', args: woven, env: { LIGHTRUN_WEAVE_CACHE: 'false' } },
    ]
    const size = prove(folder, variants[1], cache)
    const results = variants.map((variant) => ({ ...variant, wallMs: [], cpuMs: [] }))
    for (let round = 0; round < rounds; round++) {
      for (const result of inTurn(results, round)) {
        const { wallMs, cpuMs } = run(folder, result)
        result.wallMs.push(wallMs)
        result.cpuMs.push(cpuMs)
      }
    }
    const [base] = results
    return {
      ...size,
      rows: results.map(({ name, wallMs, cpuMs }) => ({
        name,
        wallMs: median(wallMs),
        wallRatio: medianRatio(wallMs, base.wallMs),
        range: spread(wallMs, base.wallMs),
        cpuMs: median(cpuMs),
        cpuRatio: medianRatio(cpuMs, base.cpuMs),
        leastCpuRatio: Math.min(...cpuMs) / Math.min(...base.cpuMs),
      })),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function makeApplication(folder, main, text) {
  mkdirSync(join(folder, 'own'))
  for (const name of OWN) {
    const from = join(INSTALLED, name)
    const isCode = (path) => !path.slice(from.length).includes('node_modules') && !/\.(map|[cm]?ts)$/.test(path)
    cpSync(from, join(folder, 'own', name), { recursive: true, dereference: true, filter: isCode })
  }
  symlinkSync(INSTALLED, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, main), text)
}

/** Fills the cache, and sees that all is woven and that the second start wrote nothing. */
function prove(folder, variant, cache) {
  const { woven } = run(folder, variant)
  const before = entriesOf(cache)
  run(folder, variant)
  if (entriesOf(cache) !== before) throw new Error('the second start found its cache cold')
  const bytes = woven.reduce((sum, path) => sum + statSync(path).size, 0)
  if (bytes < 1_800_000) throw new Error(`only ${bytes} bytes are woven`)
  return { files: woven.length, bytes }
}

function entriesOf(cache) {
  const files = readdirSync(cache, { withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map(({ name }) => `${name} ${statSync(join(cache, name)).ino}`).join()
}

function run(folder, { name, args, env = {} }) {
  const start = performance.now()
  const options = { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8', timeout: 60_000 }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options)
  const wallMs = performance.now() - start
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
  const { statusCode, loaded, cpuMs, woven } = JSON.parse(stdout)
  if (statusCode !== 200 || loaded !== 3) throw new Error(`${name} did something else: ${stdout}`)
  return { wallMs, cpuMs, woven }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rounds = Number(process.env.ROUNDS ?? 15)
  console.log(
    `Node ${process.versions.node}, ${rounds} rounds, from start to exit: medians, and the ratio of the least`,
  )
  for (const { application, files, bytes, rows } of measureLargeStartup(rounds)) {
    console.log(
      `\n| ${application}: ${files} files, ${(bytes / 1e6).toFixed(2)} MB woven | ms | ratio | CPU ms | ratio | of the least |`,
    )
    console.log('|---|---|---|---|---|---|')
    for (const { name, wallMs, wallRatio, range, cpuMs, cpuRatio, leastCpuRatio } of rows) {
      const wall = `${wallMs.toFixed(0)} | ${wallRatio.toFixed(2)} [${range.map((each) => each.toFixed(2)).join(' – ')}]`
      console.log(`| ${name} | ${wall} | ${cpuMs.toFixed(0)} | ${cpuRatio.toFixed(2)} | ${leastCpuRatio.toFixed(2)} |`)
    }
  }
}
