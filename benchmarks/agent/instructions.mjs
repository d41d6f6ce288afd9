// What a request takes of an application on a framework, counted and not timed: instructions of the whole process, by valgrind, which the
// machine's other work does not change. Takes some minutes a process.
//   npm run build && npm run instructions -w benchmarks      ROUNDS=3
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { APPLICATIONS, startFramework, WARM_UP_REQUESTS } from './framework-process.mjs'
import { createStand } from './stand.mjs'
import { inTurn, median, spread } from './statistics.mjs'

const COUNTED_REQUESTS = 6_000
const rounds = Number(process.env.ROUNDS ?? 3)
const run = promisify(execFile)

const stand = await createStand()
const directory = await mkdtemp(join(tmpdir(), 'lightrun-bench-instructions-'))
try {
  console.log(`Node ${process.versions.node}, ${rounds} rounds of ${COUNTED_REQUESTS} requests`)
  console.log('\n| application, own code woven, dormant | instructions a request | of no SDK |\n|---|---|---|')
  for (const application of APPLICATIONS) {
    const variants = [false, true].map((isWoven) => ({ isWoven, counts: [] }))
    for (let round = 0; round < rounds; round++) {
      for (const { isWoven, counts } of inTurn(variants, round)) counts.push(await count(application, isWoven))
    }
    const [base, woven] = variants.map(({ counts }) => counts)
    // Processes differ by more than weaving does, so each round is not compared by itself.
    const ratio = median(woven) / median(base)
    const range = spread(woven, base).map(percent).join(' – ')
    console.log(`| ${application.name} | ${Math.round(median(woven))} | ${percent(ratio)} [${range}] |`)
  }
} finally {
  await stand.close()
  await rm(directory, { recursive: true })
}

async function count(application, isWoven) {
  const out = join(directory, `${application.name}-${isWoven}-${Math.random()}`)
  const callgrind = ['valgrind', '-q', '--tool=callgrind', '--smc-check=all-non-file', `--callgrind-out-file=${out}`]
  const subject = await startFramework(stand, application, isWoven, callgrind)
  let dumps = 0
  const dump = async () => {
    await run('callgrind_control', ['-d', String(subject.pid)])
    const file = `${out}.${++dumps}`
    const [, total] = /^(?:totals|summary): (\d+)/m.exec(await readFile(file, 'utf8'))
    await truncate(file)
    return Number(total)
  }
  try {
    await subject.load(WARM_UP_REQUESTS)
    await dump()
    await subject.load(COUNTED_REQUESTS)
    return (await dump()) / COUNTED_REQUESTS
  } finally {
    await subject.close()
  }
}

function percent(ratio) {
  return `${(ratio * 100).toFixed(1)} %`
}
