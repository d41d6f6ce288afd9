import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inTurn, median, medianRatio, spread } from './statistics.mjs'

const REGISTER = new URL('../../packages/sdk-node/dist/register.js', import.meta.url).href
const INSTALLED = fileURLToPath(new URL('../../node_modules', import.meta.url))
/** Copied, so that they are the application's own code: 1.9 MB in 450 files, CommonJS and ES modules. Their dependencies stay dependencies. */
const OWN = ['acorn', 'ajv', 'fastify', 'kysely', 'pg', 'pino', 'postcss', 'yaml']

const MAIN = `
import fastify from './own/fastify/fastify.js'
import Ajv from './own/ajv/dist/ajv.js'
import { Kysely } from './own/kysely/dist/esm/index.js'
import { parse } from './own/yaml/dist/index.js'
import postcss from './own/postcss/lib/postcss.js'
import pg from './own/pg/lib/index.js'
import pino from './own/pino/pino.js'
import { parse as parseJavaScript } from './own/acorn/dist/acorn.mjs'

const server = fastify()
server.get('/', async () => ({ hello: 'world' }))
const { statusCode } = await server.inject('/')
new Ajv().compile({ type: 'object', properties: { a: { type: 'string' } } })({ a: 'b' })
parse('a: [1, 2]')
postcss.parse('a { b: c }')
parseJavaScript('a + b', { ecmaVersion: 2022 })
await server.close()
const loaded = [Kysely, pg, pino].length
const scripts = Reflect.get(globalThis, Symbol.for('@lightrun/sdk-node'))?.installation.scripts
const woven = scripts === undefined ? [] : [...scripts.all()].filter(({ status }) => status === 'woven').map(({ path }) => path)
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ statusCode, loaded, cpuMs: (user + system) / 1e3, woven }))
`

/**
 * A process from spawn to exit: an application of 1.9 MB starts, serves one request and leaves. CPU time is what the
 * process used until it was done, on all its threads.
 */
export function measureLargeStartup(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'lightrun-bench-start-'))
  try {
    makeApplication(folder)
    const cache = join(folder, 'cache')
    const woven = ['--import', REGISTER, 'main.mjs']
    const variants = [
      { name: 'without SDK', args: ['main.mjs'] },
      { name: 'woven, cache warm', args: woven, env: { LIGHTRUN_WEAVE_CACHE: cache } },
      {
        name: "the same, without V8's compiled code",
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
      })),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function makeApplication(folder) {
  mkdirSync(join(folder, 'own'))
  for (const name of OWN) {
    const from = join(INSTALLED, name)
    const isCode = (path) => !path.slice(from.length).includes('node_modules') && !/\.(map|[cm]?ts)$/.test(path)
    cpSync(from, join(folder, 'own', name), { recursive: true, dereference: true, filter: isCode })
  }
  symlinkSync(INSTALLED, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'main.mjs'), MAIN)
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
  const { files, bytes, rows } = measureLargeStartup(rounds)
  console.log(
    `Node ${process.versions.node}, ${files} files, ${(bytes / 1e6).toFixed(2)} MB woven, ${rounds} rounds, medians\n`,
  )
  console.log('| start to exit | ms | ratio | CPU ms | ratio |\n|---|---|---|---|---|')
  for (const { name, wallMs, wallRatio, range, cpuMs, cpuRatio } of rows) {
    const brackets = range.map((each) => each.toFixed(2)).join(' – ')
    console.log(
      `| ${name} | ${wallMs.toFixed(0)} | ${wallRatio.toFixed(2)} [${brackets}] | ${cpuMs.toFixed(0)} | ${cpuRatio.toFixed(2)} |`,
    )
  }
}
