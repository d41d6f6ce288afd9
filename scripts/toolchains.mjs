// Installs the tools of test/toolchains/tools.json into .cache/toolchains, unless they are there, and runs the tests.
//
//   npm run test:toolchains
//   npm run test:toolchains -- -t webpack
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, '.cache/toolchains')
const wanted = readFileSync(join(root, 'test/toolchains/tools.json'), 'utf8')
const stamp = join(folder, 'installed.json')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), wanted)
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], folder)
  writeFileSync(stamp, wanted)
}
run('npx', ['vitest', 'run', '--project', 'toolchains', ...process.argv.slice(2)], root)

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
