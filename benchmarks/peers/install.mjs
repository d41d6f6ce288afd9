import { execFile } from 'node:child_process'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const PACKAGES = { 'dd-trace': '5.132.0', '@google-cloud/debug-agent': '9.0.1' }

/**
 * Brings the other agents into a folder outside the repository, which depends on none of them. `undefined` when the
 * registry cannot be reached: the tables then have our rows only, and say so.
 */
export async function installPeers() {
  const versions = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`)
  const directory = join(tmpdir(), `lightrun-bench-peers-${Object.values(PACKAGES).join('-')}`)
  const done = join(directory, 'installed')
  if (await exists(done)) return directory
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'package.json'), '{ "private": true }')
    const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...versions]
    await promisify(execFile)('npm', npm, { cwd: directory, timeout: 180_000 })
    await writeFile(done, versions.join('\n'))
    return directory
  } catch (error) {
    process.stderr.write(`the other agents could not be installed and are left out: ${error.message.slice(0, 300)}\n`)
    return undefined
  }
}

const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  )
