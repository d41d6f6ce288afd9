import type { Outcome, Runner, Variant } from './contract.ts'
import { type Difference, findDifference } from './difference.ts'

export type Verdict =
  /** `outcome` is that of the last variant. */
  | { readonly status: 'agrees'; readonly outcome: Outcome }
  | { readonly status: 'differs'; readonly variant: Variant; readonly difference: Difference }
  /** Two unwoven runs differ from each other: there is nothing to compare with. */
  | { readonly status: 'unstable'; readonly difference: Difference }
  /** The unwoven program does not end by itself. */
  | { readonly status: 'endless' }

const UNWOVEN: Variant = { weaving: 'none' }

/** Unwoven runs that must agree among themselves before weaving is blamed. */
const BASELINES = 4

/** Runs a program unwoven and then in each of the variants, which must show nothing else to the outside. */
export async function judge<Program>(
  run: Runner<Program>['run'],
  program: Program,
  variants: readonly Variant[],
): Promise<Verdict> {
  const unwoven = await run(program, UNWOVEN)
  if (unwoven.ended === 'timeout') return { status: 'endless' }
  let outcome = unwoven
  for (const variant of variants) {
    outcome = await run(program, variant)
    const difference = findDifference(unwoven, outcome) ?? untimelyHits(variant, outcome)
    if (difference === undefined) continue
    for (let i = 1; i < BASELINES; i++) {
      const instability = findDifference(unwoven, await run(program, UNWOVEN))
      if (instability !== undefined) return { status: 'unstable', difference: instability }
    }
    return { status: 'differs', variant, difference }
  }
  return { status: 'agrees', outcome }
}

function untimelyHits({ weaving }: Variant, { probes }: Outcome): Difference | undefined {
  if (weaving === 'armed' || probes.hits === 0) return undefined
  return { what: 'hits of dormant probes', line: 0, unwoven: '0', woven: String(probes.hits) }
}
