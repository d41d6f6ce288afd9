// Builds the packages in the order of their dependencies, two at a time, and leaves alone what is up to date.
//
//   node scripts/build.mjs          everything, with types
//   node scripts/build.mjs --js     without types: what the demo and the end-to-end tests need
//   node scripts/build.mjs --force  as if nothing had been built
//
// A package is up to date when the hash over its sources, its dependencies' hashes, the shared configuration and the
// lock file is the one that was noted after its last build, and its output still hashes to what it was then.
// Content, not times: a checkout or a copy changes every time and no content.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const stampFolder = join(root, '.cache/build')
const PARALLEL = 2
const SHARED = ['package-lock.json', 'tsup.base.ts', 'tsconfig.base.json']
const NOT_SOURCES = new Set(['dist', 'node_modules', 'coverage', 'samples', 'test', 'README.md'])

const { values: flags } = parseArgs({ options: { js: { type: 'boolean' }, force: { type: 'boolean' } } })
const mode = flags.js ? 'js' : 'full'

const unlock = await lock()
try {
  await build()
} finally {
  unlock()
}

async function build() {
  const startedAt = performance.now()
  const packages = readPackages()
  const pending = new Set(packages.keys())
  const running = new Map()
  const failed = []
  let built = 0

  while (pending.size > 0 || running.size > 0) {
    for (const name of failed.length > 0 ? [] : pending) {
      if (running.size === PARALLEL) break
      const { uses } = packages.get(name)
      if (uses.some((used) => pending.has(used) || running.has(used))) continue
      pending.delete(name)
      running.set(
        name,
        buildPackage(packages, name).then((outcome) => {
          running.delete(name)
          if (outcome === 'failed') failed.push(name)
          if (outcome === 'built') built += 1
        }),
      )
    }
    if (running.size === 0) break
    await Promise.race(running.values())
  }

  if (failed.length > 0) {
    console.error(
      `\nbuild failed: ${failed.join(', ')}${pending.size > 0 ? `; not tried: ${[...pending].join(', ')}` : ''}`,
    )
    process.exitCode = 1
  } else {
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
    console.log(`${built} of ${packages.size} packages built in ${seconds} s, the others were up to date`)
  }
}

/** @returns {Map<string, { folder: string, uses: string[] }>} by package name; `uses` are those of this repository. */
function readPackages() {
  const packages = new Map()
  for (const parent of ['packages', 'examples']) {
    for (const entry of readdirSync(join(root, parent))) {
      const folder = join(root, parent, entry)
      if (!existsSync(join(folder, 'package.json'))) continue
      // An example with a lock of its own is installed and built by scripts/examples.mjs.
      if (existsSync(join(folder, 'package-lock.json'))) continue
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      if (manifest.scripts?.build === undefined) continue
      packages.set(manifest.name, {
        folder,
        uses: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies }),
      })
    }
  }
  for (const each of packages.values()) each.uses = each.uses.filter((name) => packages.has(name))
  refuseCycles(packages)
  return packages
}

function refuseCycles(packages) {
  const visit = (name, path) => {
    if (path.includes(name)) throw new Error(`packages depend on each other: ${[...path, name].join(' → ')}`)
    for (const used of packages.get(name).uses) visit(used, [...path, name])
  }
  for (const name of packages.keys()) visit(name, [])
}

/** One build at a time: a second one would empty the folders that the first is writing to. */
async function lock() {
  mkdirSync(stampFolder, { recursive: true })
  const file = join(stampFolder, 'lock')
  for (let told = false; ; told = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const owner = ownerOf(file)
    if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true })
    else if (!told) console.log(`waiting for another build (process ${owner})`)
    await wait(200)
  }
}

/** 0 while the lock is being written, or when it has just been given up: it is looked at again. */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** @returns {Promise<'built' | 'current' | 'failed'>} */
async function buildPackage(packages, name) {
  const { folder } = packages.get(name)
  const stampFile = join(stampFolder, `${name.replace('/', '+')}.json`)
  // A build with types serves where one without would do.
  if (!flags.force && ['full', mode].some((kind) => isCurrent(stampFile, folder, inputHash(packages, name, kind)))) {
    return 'current'
  }
  rmSync(stampFile, { force: true })
  const inputs = inputHash(packages, name, mode)
  const startedAt = performance.now()
  const { code, output } = await runBuildScript(folder)
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  if (code !== 0) {
    console.error(`✗ ${name} (${seconds} s, exit ${code})\n${output.replace(/^/gm, '    ')}`)
    return 'failed'
  }
  console.log(`✓ ${name} (${seconds} s)`)
  // Sources that were edited meanwhile are not what was built: no stamp then, and the next build does it again.
  if (inputHash(packages, name, mode) === inputs) {
    mkdirSync(stampFolder, { recursive: true })
    writeFileSync(stampFile, JSON.stringify({ inputs, outputs: hashTree(join(folder, 'dist')) }))
  }
  return 'built'
}

function runBuildScript(folder) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', 'build'], {
      cwd: folder,
      env: { ...process.env, LIGHTRUN_BUILD: mode, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: -1, output: String(error) }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

function isCurrent(stampFile, folder, inputs) {
  if (!existsSync(stampFile) || !existsSync(join(folder, 'dist'))) return false
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8'))
  return stamp.inputs === inputs && stamp.outputs === hashTree(join(folder, 'dist'))
}

function inputHash(packages, name, kind) {
  const { folder, uses } = packages.get(name)
  const hash = createHash('sha256')
    .update(kind)
    .update(process.versions.node.split('.')[0] ?? '')
  for (const file of SHARED) hash.update(readFileSync(join(root, file)))
  hash.update(hashTree(folder, (entry) => !NOT_SOURCES.has(entry) && !entry.endsWith('.test.ts')))
  for (const used of uses) hash.update(inputHash(packages, used, kind))
  return hash.digest('hex')
}

function hashTree(folder, wanted = () => true) {
  const hash = createHash('sha256')
  const visit = (current) => {
    for (const entry of readdirSync(current, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(current, entry.name)
      if (!wanted(entry.name)) continue
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile()) hash.update(relative(folder, path)).update('\0').update(readFileSync(path)).update('\0')
    }
  }
  visit(folder)
  return hash.digest('hex')
}
