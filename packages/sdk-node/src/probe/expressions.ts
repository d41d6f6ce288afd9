import type { CapturedValue, WatchResult } from '@lightrun/core'
import type { Site } from '@lightrun/instrument'
import type { Evaluation, NoValue } from '@lightrun/sandbox'
import { scrubText } from '../redaction/scrub-status.ts'

/** An expression made ready for one site: reads the probe's arguments, never throws, changes nothing. */
export type SiteExpression = (args: readonly unknown[]) => Evaluation

/** Text, or a value in it that is also a field of this name. */
export type FormatPart = string | { field: string; evaluate: SiteExpression }

/** Takes over what an expression holds, to free it when the probe is over. */
export type Own = (resource: Disposable) => void

/** Makes expressions ready for a site. Slow (parses, may load an evaluator): done when an action is placed. */
export interface ExpressionCompiler {
  /** @throws LightrunError `expression_syntax`, `expression_not_allowed`, `expression_too_large` */
  compile(source: string, site: Site, own: Own): Promise<SiteExpression>
  /**
   * The parts of a log format: text, and expressions under the names of their fields.
   * @throws LightrunError `format_syntax` or those of `compile`
   */
  compileFormat(format: string, site: Site, own: Own): Promise<readonly FormatPart[]>
}

export interface ResultOptions {
  capture: (value: unknown) => CapturedValue
  /** Takes secrets out of the text of an error, which may quote a value. */
  scrub: (text: string) => string
}

/** What an expression came to, under a name, as it is reported. */
export function toResult(name: string, outcome: Evaluation, { capture, scrub }: ResultOptions): WatchResult {
  if (outcome.status === 'value') return { name, value: capture(outcome.value) }
  if (outcome.status !== 'omitted') return { name, error: scrubText(explain(outcome), scrub) }
  const { reason, of } = outcome
  return { name, value: of === undefined ? { type: 'omitted', reason } : { type: 'omitted', reason, of } }
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
