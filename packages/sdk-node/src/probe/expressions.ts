import type { Omission } from '@lightrun/core'
import type { Site } from '@lightrun/instrument'

/** An expression made ready for one site: reads the probe's arguments, never throws, changes nothing. */
export type SiteExpression = (args: readonly unknown[]) => Outcome

export type Outcome =
  | { status: 'value'; value: unknown }
  /** It would have to run application code, or reads what redaction hides. */
  | { status: 'omitted'; reason: Omission; of?: string }
  | { status: 'failed'; message: string }

/** Makes expressions ready for a site. Slow (parses, may load an evaluator): done when an action is placed. */
export interface ExpressionCompiler {
  /** @throws LightrunError `expression_syntax`, `expression_not_allowed`, `expression_too_large` */
  compile(source: string, site: Site): Promise<SiteExpression>
  /**
   * The parts of a log format: text, and expressions.
   * @throws LightrunError `format_syntax` or those of `compile`
   */
  compileFormat(format: string, site: Site): Promise<readonly (string | SiteExpression)[]>
}

/** Why an expression gave no value, for a person. */
export function explain(outcome: Exclude<Outcome, { status: 'value' }>): string {
  if (outcome.status === 'failed') return outcome.message
  return outcome.of === undefined ? outcome.reason : `${outcome.reason} ${outcome.of}`
}
