// Installs and builds an example, unless that was done. What its framework drags in belongs to nobody else's `npm ci`.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const INSTALLED = 'node_modules'
/** Where the build tools of the examples write. */
const BUILT = ['dist', '.next']
const NO_SOURCE = new Set([INSTALLED, ...BUILT, 'README.md', 'hunt.mjs', 'next-env.d.ts', 'tsconfig.tsbuildinfo'])

/** @param {string} folder of the example */
export async function install(folder) {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const lock = hash([process.version, readFileSync(join(folder, 'package-lock.json'))])
  const installed = join(folder, INSTALLED)
  await unlessStamped(installed, lock, () => npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder))
  if (scripts.build === undefined) return

  const sources = hash([lock, ...filesIn(folder).map((file) => readFileSync(file))])
  const built = () => BUILT.map((each) => join(folder, each)).find((each) => existsSync(each))
  await unlessStamped(built() ?? folder, sources, () => npm(['run', 'build'], folder), built)
}

/** The stamp lies in the folder that it is about, and goes when that goes. */
async function unlessStamped(folder, content, make, made = () => folder) {
  const stampIn = (place) => join(place, '.lightrun-example')
  if (existsSync(stampIn(folder)) && readFileSync(stampIn(folder), 'utf8') === content) return
  rmSync(stampIn(folder), { force: true })
  await make()
  const place = made()
  if (place === undefined) throw new Error(`the build of ${folder} made none of ${BUILT.join(', ')}`)
  mkdirSync(place, { recursive: true })
  writeFileSync(stampIn(place), content)
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NO_SOURCE.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]))
}

function hash(parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}

async function npm(args, cwd) {
  const child = spawn('npm', args, {
    cwd,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`npm ${args.join(' ')} in ${cwd} ended with ${code}:\n${output}`)
}
