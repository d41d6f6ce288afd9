import type { SurveyedSite } from '@lightrun/instrument'

/**
 * Statements where V8 is not even asked for a breakpoint. The initializers of a class are a function of their own, which
 * may begin where the class does: Node 20 would count instances there, and on Node 22 evaluating a condition in it ends
 * the process ("Check failed: IsStringSet(*block_list)").
 */
export function isRefused(text: string, { position: { line, column } }: SurveyedSite): boolean {
  return /^class\b/.test(text.split(LINE_END)[line]?.slice(column) ?? '')
}

const LINE_END = /\r\n?|[\n\u2028\u2029]/
