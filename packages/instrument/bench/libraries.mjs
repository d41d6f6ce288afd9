// CPU-bound libraries, woven through and through and dormant, as ratios of their unwoven time.
//   npm run build && node packages/instrument/bench/libraries.mjs [--rounds 5] [--only acorn,yaml] [WEAVER.js ...]
// Each measurement is a process, because V8 decides differently in each; rounds interleave the variants. In one thread, so that they do not
// depend on how soon another thread gets a processor. Several weavers are
// compared side by side. The Node that runs this runs all.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { VERSIONS, workloads } from './library-workloads.mjs'
import { geometricMean, median } from './measure.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: Object.keys(workloads).join() },
    flags: { type: 'string', default: '' },
  },
})
// V8 grows the young generation when it sees fit, which made two runs of the same code differ by up to 20 %.
const YOUNG = ['--min-semi-space-size=32', '--max-semi-space-size=32']
const child = fileURLToPath(new URL('library-process.mjs', import.meta.url))
const built = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const weavers = positionals.length > 0 ? positionals.map((path) => resolve(path)) : [built]
const variants = [undefined, ...weavers]
const folder = install()

const columns = weavers.map((path) => basename(path, '.js').padStart(10)).join('')
console.log(`Node ${process.versions.node}, ${values.rounds} rounds\n${''.padEnd(12)}   unwoven${columns}`)
const all = weavers.map(() => [])
for (const library of values.only.split(',')) {
  const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => measureRound(library, round))
  const ratios = weavers.map(
    (_, i) => median(rounds.map((times) => times[i + 1])) / median(rounds.map(([base]) => base)),
  )
  for (const [i, ratio] of ratios.entries()) all[i].push(ratio)
  print(library, `${median(rounds.map(([base]) => base)).toFixed(2)} ms`, ratios)
}
print('geometric mean', '', all.map(geometricMean))

function measureRound(library, round) {
  const results = variants.map(() => undefined)
  // Another variant goes first each round.
  for (let i = 0; i < variants.length; i++) {
    const which = (i + round) % variants.length
    const flags = which === 0 ? [] : values.flags.split(' ').filter(Boolean)
    const args = ['--single-threaded', ...YOUNG, ...flags, child, library, folder, variants[which]].filter(
      (arg) => arg !== undefined,
    )
    results[which] = JSON.parse(execFileSync(execPath, args, { encoding: 'utf8' }))
  }
  const [base] = results
  for (const { result } of results) {
    if (JSON.stringify(result) !== JSON.stringify(base.result)) throw new Error(`${library}: another result when woven`)
  }
  return results.map(({ ms }) => ms)
}

function print(name, base, ratios) {
  console.log(
    `${name.padEnd(12)}${base.padStart(10)}${ratios.map((ratio) => `× ${ratio.toFixed(3)}`.padStart(10)).join('')}`,
  )
}

/** The libraries, once, in a folder of the system's for temporary files. */
function install() {
  const folder = join(tmpdir(), 'lightrun-bench-libraries')
  if (existsSync(join(folder, 'node_modules', 'yaml'))) return folder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: VERSIONS }))
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' })
  return folder
}
