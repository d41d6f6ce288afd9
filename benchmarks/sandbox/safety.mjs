import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { attemptsOf, CASES } from './hostile-cases.mjs'

/** Milliseconds. Whoever has not answered then never will, or might as well not. */
const HANG_MS = 10_000
const PARALLEL = 2

/**
 * Every attempt of every case in a process of its own.
 *
 * @returns {Promise<{ name: string, harms: Map<string, string> }[]>} for each case, by evaluator, the first harm that was done.
 */
export async function tryCases(evaluators, folder) {
  const results = CASES.map(({ name }) => ({ name, harms: new Map() }))
  const jobs = evaluators.flatMap(({ name, language }) =>
    CASES.flatMap((each, caseIndex) =>
      attemptsOf(each, language).map((source, attempt) => async () => {
        const { harms } = results[caseIndex]
        // One is enough.
        if (harms.has(name)) return
        const harm = await harmOf([name, caseIndex, attempt, folder])
        if (harm !== undefined && !harms.has(name)) harms.set(name, `${harm}: ${source}`)
      }),
    ),
  )
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job()
    }),
  )
  return results
}

function harmOf(args) {
  const file = fileURLToPath(new URL('subject.mjs', import.meta.url))
  const child = spawn(process.execPath, ['--max-old-space-size=512', '--no-node-snapshot', file, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return new Promise((resolve) => {
    let output = ''
    const timer = setTimeout(() => {
      resolve('hangs')
      child.kill('SIGKILL')
    }, HANG_MS)
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve(output === '' ? `the process ended (${signal ?? code})` : JSON.parse(output).harm)
    })
  })
}
