// The own test suites of real packages, run unwoven, woven and dormant, and woven with probes armed at random: each test
// program must print the same and end the same. Everything is woven, the tests and their runners included.
//
//   npm run differential:packages                    all suites (scripts/differential/suites.mjs)
//   npm run differential:packages -- qs avvio        these
//   npm run differential:packages -- --folder DIR    installs there and leaves it for the next time
//
// --seed, --share, --timeout, --node and --jobs are those of `npm run differential`.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { printTable, SuiteResult } from './differential/suite-result.mjs'
import { PACKAGES, SUITES } from './differential/suites.mjs'
import { withHarness } from './differential/with-harness.mjs'

process.exitCode = await withHarness(async (harness, preload) => {
  try {
    return await main(harness, preload)
  } catch (error) {
    if (!(error instanceof harness.UsageError)) throw error
    console.error(`differential:packages: ${error.message}`)
    return 2
  }
})

async function main({ compareAll, readRunSettings, RUN_OPTIONS, Tally, UsageError }, preload) {
  const { values, positionals } = parseArgs({
    options: { ...RUN_OPTIONS, timeout: { type: 'string', default: '120000' }, folder: { type: 'string' } },
    allowPositionals: true,
  })
  const settings = readRunSettings(values)
  for (const name of positionals) {
    if (SUITES.every((suite) => suite.name !== name)) {
      throw new UsageError(`no suite of ${name}; there are ${SUITES.map((suite) => suite.name).join(', ')}`)
    }
  }
  const suites = SUITES.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const folder =
    values.folder === undefined ? mkdtempSync(join(tmpdir(), 'lightrun-packages-')) : resolve(values.folder)
  try {
    install(folder)
    const rows = suites.map((suite) => new SuiteResult(suite.name, new Tally()))
    const subjects = suites.flatMap((suite, index) =>
      findTests(folder, suite).map((file) => ({
        name: `${suite.name} ${file}`,
        program: programOf(folder, suite, file),
        row: rows[index],
      })),
    )
    await compareAll(subjects, {
      ...settings,
      preload,
      strip: withoutTimes,
      onVerdict: ({ name, row }, verdict) => row.add(name, verdict),
    })
    for (const { name, leftOut = {} } of suites) {
      for (const [file, reason] of Object.entries(leftOut)) console.log(`- ${name} ${file} is left out: it ${reason}`)
    }
    printTable(rows)
    return rows.every(({ agrees }) => agrees) ? 0 : 1
  } finally {
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

/** What the packages publish, and nothing of theirs runs while it is installed. */
function install(folder) {
  mkdirSync(folder, { recursive: true })
  const manifest = JSON.stringify({ private: true, dependencies: PACKAGES }, null, 2)
  const file = join(folder, 'package.json')
  if (existsSync(join(folder, 'node_modules')) && existsSync(file) && readFileSync(file, 'utf8') === manifest) return
  writeFileSync(file, manifest)
  console.log(`installing ${Object.keys(PACKAGES).length} packages in ${folder}`)
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
}

function folderOf(folder, { name }) {
  return join(folder, 'node_modules', name)
}

/** @returns {string[]} paths below the package's folder */
function findTests(folder, suite) {
  const root = folderOf(folder, suite)
  const found = readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter(
      (file) => suite.files.test(file.replaceAll(sep, '/')) && suite.leftOut?.[file.replaceAll(sep, '/')] === undefined,
    )
  if (found.length === 0) throw new Error(`${suite.name} has no test program that matches ${suite.files}`)
  return found.sort()
}

function programOf(folder, suite, file) {
  const runner = (suite.runner ?? []).map((path) => join(folder, 'node_modules', path))
  return { cwd: folderOf(folder, suite), args: [...runner, file] }
}

/** What test runners say of time, today's date, and what pino adds to each line of a log. */
function withoutTimes(output) {
  return output
    .replace(/(duration_ms:? )[\d.]+/g, '$1?')
    .replace(/ \([\d.]+m?s\)/g, '')
    .replace(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d{4} [\d:]{8}\b/g, '(date)')
    .replace(/"(time|pid|responseTime)":[\d.]+/g, '"$1":?')
}
