// npm run fuzz -w packages/sandbox -- [--evaluations 10000000] [--seconds 30] [--seed 1] [--jobs 2] [--case 17] [--expression 'a.b'] [--keep]
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sourceOf } from './cases.ts'
import { keep, readCorpus } from './corpus.ts'
import type { Finding } from './examine.ts'
import type { Task, Told } from './worker.ts'

const { values: options } = parseArgs({
  options: {
    evaluations: { type: 'string', default: '1000000' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    jobs: { type: 'string', default: String(availableParallelism()) },
    case: { type: 'string' },
    expression: { type: 'string' },
    keep: { type: 'boolean', default: false },
    corpus: { type: 'string' },
  },
})

/** A case takes well under a second, on a machine with much else to do some. Longer is a hang, which nothing inside of the process would report. */
const HANG_MS = 120_000
/** Findings after which a run has said enough. */
const MAX_FINDINGS = 20

const seed = Number(options.seed)
const jobs = options.case === undefined ? Number(options.jobs) : 1
const evaluations = options.case === undefined ? Number(options.evaluations) : 1
const corpus = options.corpus ?? fileURLToPath(new URL('corpus', import.meta.url))
const endMs =
  options.seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + Number(options.seconds) * 1_000
const startMs = performance.now()
const found: { number: number; finding: Finding | string }[] = []
const totals = Array.from({ length: jobs }, () => ({ cases: 0, evaluations: 0, answered: 0, heapMb: 0 }))

console.log(`seed ${seed}, ${jobs} processes, ${evaluations.toLocaleString('en')} evaluations`)
await Promise.all(totals.map((_, job) => run(job)))
report()

/** One process, with somebody who watches that it lives and moves on. */
async function run(job: number): Promise<void> {
  const worker = fork(fileURLToPath(new URL('worker.js', import.meta.url)), {
    execArgv: ['--expose-gc', '--max-old-space-size=1024'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let current = -1
  let sinceMs = performance.now()
  let stopping = false
  const watch = setInterval(() => {
    const now = performance.now()
    if (stopping) return
    if (now - sinceMs > HANG_MS) note(current, 'hangs')
    else if (now < endMs && found.length < MAX_FINDINGS) return
    stopping = true
    worker.kill('SIGKILL')
  }, 250)

  worker.on('message', (told: Told) => {
    if (told.about === 'case') {
      current = told.number
      sinceMs = performance.now()
    } else if (told.about === 'progress') totals[job] = told
    else note(told.number, told.finding)
  })
  const task: Task = {
    seed,
    first: options.case === undefined ? job : Number(options.case),
    step: jobs,
    evaluations: evaluations / jobs,
    corpus,
    ...(options.expression !== undefined && { source: options.expression }),
  }
  worker.send(task)
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    worker.once('exit', (...how) => resolve(how))
  })
  clearInterval(watch)
  if (!stopping && code !== 0) note(current, `the process ended: ${signal ?? code}`)
}

function note(number: number, finding: Finding | string): void {
  found.push({ number, finding })
  if (typeof finding === 'string') console.error(`\ncase ${number}: ${finding}, at\n  ${sourceAt(number)}`)
  else {
    console.error(`\ncase ${number}: ${finding.promise}: not so for\n  ${finding.source}\n  ${finding.detail}`)
    if (options.keep) keep(corpus, finding.source, `${finding.promise}: ${finding.detail}`)
  }
  console.error(`  again: npm run fuzz -w packages/sandbox -- --seed ${seed} --case ${number}`)
}

function sourceAt(number: number): string {
  return options.expression ?? sourceOf(seed, number, readCorpus(corpus))
}

function report(): void {
  const sum = (of: 'cases' | 'evaluations' | 'answered') => totals.reduce((total, each) => total + each[of], 0)
  const seconds = (performance.now() - startMs) / 1_000
  const answered = Math.round((sum('answered') / Math.max(1, sum('evaluations'))) * 100)
  console.log(
    `${sum('evaluations').toLocaleString('en')} evaluations of ${sum('cases').toLocaleString('en')} expressions ` +
      `in ${Math.round(seconds)} s (${answered} % had a value); heap ${Math.max(...totals.map((each) => each.heapMb))} MB; ` +
      `${found.length} findings`,
  )
  if (found.length > 0) process.exitCode = 1
}
