// What is published is looked at as its users get it: every package is packed, and the tarball is linted (publint), its
// types are resolved as each kind of importer would (attw), it carries licence and README, and each of its entry points
// is imported and required. Then knip looks for what nobody uses. Needs a build with types: `npm run build`.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const execute = promisify(execFile)
const run = (file, args, options = {}) =>
  execute(file, args, { env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }, ...options })
const bin = (name) => join(root, 'node_modules/.bin', name)
const faults = []

checkLockFile()
checkChangesets()
mkdirSync(join(root, '.cache'), { recursive: true })
// Inside the repository, so that what the tarballs depend on is found in the root's node_modules.
const scratch = mkdtempSync(join(root, '.cache/packed-'))
try {
  const packages = await Promise.all(publishedPackages().map(pack))
  for (const each of packages) await checkTarball(each)
  for (const each of packages) await checkEntryPoints(each)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
await check('knip', () => run(bin('knip'), ['--no-progress', '--no-config-hints'], { cwd: root }))

if (faults.length > 0) {
  console.error(`\n${faults.length} checks failed: ${faults.join(', ')}`)
  process.exitCode = 1
}

/** A formatter of Markdown that does not know the lines between `---` makes headings of them, and the release fails. */
function checkChangesets() {
  const folder = join(root, '.changeset')
  const broken = readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .filter(
      (name) =>
        !/^---\n("@lightrun\/[a-z-]+": (?:major|minor|patch)\n)+---\n\n\S/.test(
          readFileSync(join(folder, name), 'utf8'),
        ),
    )
  for (const name of broken)
    console.error(`.changeset/${name} does not begin with its packages between two lines of ---`)
  if (broken.length > 0) faults.push('changesets')
}

function publishedPackages() {
  return readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true)
}

/** Packs and unpacks into scratch/node_modules, where the packages find each other as they would at a user's. */
async function pack({ folder, manifest }) {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', scratch], { cwd: folder })
  const [{ filename, files }] = JSON.parse(stdout)
  const installed = join(scratch, 'node_modules', manifest.name)
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', join(scratch, filename), '--strip-components=1', '-C', installed])
  return { manifest, installed, tarball: join(scratch, filename), files: files.map((file) => file.path) }
}

async function checkTarball({ manifest, tarball, files }) {
  await check(`${manifest.name}: contents`, () => {
    for (const needed of ['LICENSE', 'README.md', 'package.json']) {
      if (!files.includes(needed)) throw new Error(`the package has no ${needed}`)
    }
    const stray = files.filter((file) => /\.test\.|^test\/|tsup\.config/.test(file))
    if (stray.length > 0) throw new Error(`not for users: ${stray.join(', ')}`)
    for (const command of Object.values(manifest.bin ?? {})) {
      if (!files.includes(command.replace(/^\.\//, ''))) throw new Error(`bin ${command} is not in the package`)
    }
  })
  await check(`${manifest.name}: publint`, () => run(bin('publint'), ['run', tarball, '--strict']))
  const entries = JSON.stringify(manifest.exports)
  // A package with commands only has no types. node10 knows no `exports`; everything we support does.
  if (!entries.includes('"types"')) return
  const profile = entries.includes('"require"') ? 'node16' : 'esm-only'
  await check(`${manifest.name}: types`, () => run(bin('attw'), [tarball, '--profile', profile, '--no-emoji']))
}

async function checkEntryPoints({ manifest, installed }) {
  for (const [path, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target !== 'object') continue
    const name = manifest.name + path.slice(1)
    const load = (flags, code) => run(process.execPath, [...flags, code], { cwd: installed, timeout: 30_000 })
    if ((target.import ?? target.default) !== undefined) {
      await check(`import '${name}'`, () => load(['--input-type=module', '-e'], `await import('${name}')`))
    }
    if (target.require !== undefined) {
      await check(`require('${name}')`, () => load(['-e'], `require('${name}')`))
    }
  }
}

/** The lock names packages and hashes, never an address: whoever installs chooses the registry. */
function checkLockFile() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const addresses = Object.entries(lock.packages).filter(([, entry]) => /^\w+:/.test(entry.resolved ?? ''))
  if (addresses.length > 0) {
    faults.push('package-lock.json')
    console.error(
      `✗ package-lock.json records addresses, for instance of ${addresses[0][0]}; .npmrc should prevent that`,
    )
  } else console.log('✓ package-lock.json records no address')
}

async function check(title, work) {
  try {
    await work()
    console.log(`✓ ${title}`)
  } catch (error) {
    faults.push(title)
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message
    console.error(`✗ ${title}\n${said.replace(/^/gm, '    ')}`)
  }
}
