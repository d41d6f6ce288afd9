import type { Site } from '@lightrun/instrument'
import type { Evaluation, NoValue } from '@lightrun/sandbox'

/** An expression made ready for one site: reads the probe's arguments, never throws, changes nothing. */
export type SiteExpression = (args: readonly unknown[]) => Evaluation

/** Takes over what an expression holds, to free it when the probe is over. */
export type Own = (resource: Disposable) => void

/** Makes expressions ready for a site. Slow (parses, may load an evaluator): done when an action is placed. */
export interface ExpressionCompiler {
  /** @throws LightrunError `expression_syntax`, `expression_not_allowed`, `expression_too_large` */
  compile(source: string, site: Site, own: Own): Promise<SiteExpression>
  /**
   * The parts of a log format: text, and expressions.
   * @throws LightrunError `format_syntax` or those of `compile`
   */
  compileFormat(format: string, site: Site, own: Own): Promise<readonly (string | SiteExpression)[]>
}

/** Why an expression gave no value, for a person. */
export function explain(outcome: NoValue): string {
  switch (outcome.status) {
    case 'omitted':
      return outcome.of === undefined ? outcome.reason : `${outcome.reason} ${outcome.of}`
    case 'exceeded':
      return `over its ${outcome.budget} budget`
    default:
      return outcome.message
  }
}
