// One of the processes of a run: examines every `step`-th case and tells the driver (main.ts) what it is about to do.
import { sourceOf } from './cases.ts'
import { readCorpus } from './corpus.ts'
import { createExaminer, type Finding } from './examine.ts'
import { watchHost } from './host.ts'
import { createGiants } from './plain-values.ts'
import { shrink } from './shrink.ts'
import { createValues } from './values.ts'

export interface Task {
  seed: number
  /** Number of the first case, and how far it is to the next. */
  first: number
  step: number
  /** Of the sandbox, in all. */
  evaluations: number
  corpus: string
  /** A single expression in the place of those of the cases. */
  source?: string
}

export type Told =
  | { about: 'case'; number: number }
  | { about: 'finding'; number: number; finding: Finding }
  | { about: 'progress'; cases: number; evaluations: number; answered: number; heapMb: number }

/** Cases between two looks at the host and at the heap. */
const CHECK_EVERY = 250
/** What the heap may grow by after the first look. A leak of 20 bytes an evaluation is ten times that in ten million. */
const MAX_GROWTH_MB = 64

async function work(task: Task): Promise<void> {
  const corpus = task.source === undefined ? readCorpus(task.corpus) : [task.source]
  const giants = createGiants()
  const examiner = createExaminer()
  // Node makes some globals when they are first used: by the loading of QuickJS.
  await examiner.examine('[1].map(x => x)', createValues(task.seed, 0, giants))
  const changeOfHost = watchHost()
  let cases = 0
  let evaluations = 0
  let answered = 0
  let firstHeapMb: number | undefined

  for (let number = task.first; evaluations < task.evaluations; number += task.step) {
    tell({ about: 'case', number })
    const source = task.source ?? sourceOf(task.seed, number, corpus)
    const examined = await examiner.examine(source, createValues(task.seed, number, giants))
    evaluations += examined.evaluations
    answered += examined.answered
    cases++
    if (examined.finding !== undefined)
      tell({ about: 'finding', number, finding: await smallest(examined.finding, number) })
    if (cases % CHECK_EVERY === 0) {
      const changed = changeOfHost()
      if (changed !== undefined) throw new Error(`The host has changed: ${changed}`)
      const nowMb = heapMb()
      firstHeapMb ??= nowMb
      if (nowMb > firstHeapMb + MAX_GROWTH_MB) throw new Error(`The heap grew from ${firstHeapMb} to ${nowMb} MB`)
      tell({ about: 'progress', cases, evaluations, answered, heapMb: nowMb })
    }
  }
  tell({ about: 'progress', cases, evaluations, answered, heapMb: heapMb() })
  examiner.dispose()

  async function smallest(finding: Finding, number: number): Promise<Finding> {
    // What took long would take long again each time.
    if (finding.promise === 'ends') return finding
    let found = finding
    await shrink(finding.source, async (source) => {
      tell({ about: 'case', number })
      const again = await examiner.examine(source, createValues(task.seed, number, giants))
      if (again.finding?.promise !== finding.promise) return false
      found = again.finding
      return true
    })
    return found
  }
}

function heapMb(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return Math.round((heapUsed + external) / 2 ** 20)
}

const tell = (told: Told) => process.send?.(told)

process.once('message', (task: Task) => {
  work(task).then(
    () => process.disconnect(),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
