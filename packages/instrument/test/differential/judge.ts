import type { Outcome, Runner, Variant } from './contract.ts'
import { type Difference, findDifference } from './difference.ts'

export type Verdict =
  /** `outcome` is that of the last variant. */
  | { readonly status: 'agrees'; readonly outcome: Outcome }
  | { readonly status: 'differs'; readonly variant: Variant; readonly difference: Difference }
  /** Unwoven runs differ from each other, or some woven ones do and some do not: chance decides, not weaving. */
  | { readonly status: 'unstable'; readonly difference: Difference }
  /** The unwoven program does not end by itself. */
  | { readonly status: 'endless' }

const UNWOVEN: Variant = { weaving: 'none' }

/** Runs of each side before weaving is blamed: a race that is lost now and then is the program's own. */
const TRIES = 3

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
    const difference = differenceIn(variant, unwoven, outcome)
    if (difference === undefined) continue
    for (let i = 1; i < TRIES; i++) {
      const instability = findDifference(unwoven, await run(program, UNWOVEN))
      if (instability !== undefined) return { status: 'unstable', difference: instability }
      const again = differenceIn(variant, unwoven, await run(program, variant))
      if (again === undefined) return { status: 'unstable', difference }
    }
    return { status: 'differs', variant, difference }
  }
  return { status: 'agrees', outcome }
}

function differenceIn(variant: Variant, unwoven: Outcome, woven: Outcome): Difference | undefined {
  return findDifference(unwoven, woven) ?? untimelyHits(variant, woven)
}

function untimelyHits({ weaving }: Variant, { probes }: Outcome): Difference | undefined {
  if (weaving === 'armed' || probes.hits === 0) return undefined
  return { what: 'hits of dormant probes', line: 0, unwoven: '0', woven: String(probes.hits) }
}
