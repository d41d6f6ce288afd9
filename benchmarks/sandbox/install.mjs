import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const PACKAGES = { 'quickjs-emscripten': '0.32.0', 'expr-eval': '2.0.2', jexl: '2.3.0', 'cel-js': '0.8.2' }
/** Each major version of isolated-vm is for one of Node's, and is compiled where there is no binary of it: minutes. */
const ISOLATED_VM = { 20: '5.0.4', 22: '6.2.0', 24: '7.0.1' }

/**
 * Brings the other evaluators into a folder outside the repository, which depends on none of them; once for the versions that are wanted.
 *
 * @returns {Promise<{ folder: string, missing: Record<string, string> }>} `missing`: by name, why one could not be had.
 */
export async function installEvaluators() {
  const isolatedVm = ISOLATED_VM[process.versions.node.split('.')[0]]
  const versions = [...Object.values(PACKAGES), isolatedVm ?? 'none', process.versions.node.split('.')[0]]
  const folder = join(tmpdir(), `lightrun-bench-evaluators-${versions.join('-')}`)
  await mkdir(folder, { recursive: true })
  const manifest = { private: true, allowScripts: { 'isolated-vm': true } }
  if (!existsSync(join(folder, 'package.json'))) await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const missing = {}
  for (const [name, version] of [...Object.entries(PACKAGES), ['isolated-vm', isolatedVm]]) {
    if (existsSync(join(folder, 'node_modules', name, 'package.json'))) continue
    if (version === undefined) missing[name] = `has no version for Node ${process.versions.node}`
    else {
      process.stderr.write(`installing ${name} ${version}\n`)
      await npm(folder, ['install', '--no-audit', '--no-fund', '--save-exact', `${name}@${version}`]).catch((error) => {
        missing[name] = `did not install: ${String(error.stderr ?? error).split('\n')[0]}`
      })
    }
  }
  return { folder, missing }
}

const npm = (cwd, args) => promisify(execFile)('npm', args, { cwd, timeout: 600_000 })
