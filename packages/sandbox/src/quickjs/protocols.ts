/** Symbols under which an object has code that constructs of the language call. In a copy, reading one ends the evaluation. */
export const PROTOCOL_NAMES = [
  'iterator',
  'isConcatSpreadable',
  'match',
  'matchAll',
  'replace',
  'search',
  'split',
] as const
