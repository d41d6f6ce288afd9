import type { Variant } from './contract.ts'
import { judge, type Verdict } from './judge.ts'
import { type ProcessProgram, ProcessRunner } from './process-runner.ts'
import type { RunSettings } from './settings.ts'

export interface Subject {
  readonly name: string
  readonly program: ProcessProgram
}

export interface CompareOptions extends RunSettings {
  /** The built `preload.cjs`. */
  preload: string
  /** Cut from outputs besides what `normalise` cuts. */
  strip?: (output: string) => string
  /** Told as they come, in no order. */
  onVerdict(subject: Subject, verdict: Verdict): void
}

/**
 * Judges programs, several at a time.
 *
 * @returns the files that could not be woven, and why: programs of such files agree and prove nothing.
 */
export async function compareAll(
  subjects: readonly Subject[],
  { seed, share, jobs, onVerdict, ...options }: CompareOptions,
): Promise<ReadonlyMap<string, string>> {
  const variants: Variant[] = [{ weaving: 'dormant' }, { weaving: 'armed', seed, share }]
  const untouched = new Map<string, string>()
  const waiting = subjects.values()
  const work = async () => {
    await using runner = new ProcessRunner(options)
    const run = async (program: ProcessProgram, variant: Variant) => {
      const outcome = await runner.run(program, variant)
      for (const [file, reason] of Object.entries(outcome.untouched)) untouched.set(file, reason)
      return outcome
    }
    for (const subject of waiting) onVerdict(subject, await judge(run, subject.program, variants))
  }
  await Promise.all(Array.from({ length: Math.min(jobs, subjects.length) }, work))
  return untouched
}
