/** How a program is run. */
export type Variant =
  | { readonly weaving: 'none' }
  /** Woven, and every cell undefined. */
  | { readonly weaving: 'dormant' }
  /** Woven; this share (0 to 1) of the sites is armed, chosen by the seed. */
  | { readonly weaving: 'armed'; readonly seed: number; readonly share: number }

/** All that the outside can see of a run, and what the probes did. */
export interface Outcome {
  /** Exit code, signal or `timeout`. */
  readonly ended: string
  /** Everything written, in order, less what `normalise.ts` names; thrown errors are part of it. */
  readonly output: string
  /** What the program exports, as far as its shape and its primitive values; '' where there is no telling. */
  readonly exports: string
  readonly probes: ProbeCounts
}

export interface ProbeCounts {
  /** Files that were woven as they loaded. */
  readonly woven: number
  readonly armed: number
  readonly hits: number
}

/**
 * Runs programs of its kind. The same program and variant give the same outcome, if the program is deterministic.
 * A program that fails is an outcome; `run` rejects only when the runner itself is broken.
 */
export interface Runner<Program, Result extends Outcome = Outcome> extends AsyncDisposable {
  run(program: Program, variant: Variant): Promise<Result>
}
