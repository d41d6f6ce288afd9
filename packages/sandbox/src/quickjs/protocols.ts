/**
 * Symbols under which an object has code that constructs of the language call; fewer than ten. In a copy they, and one
 * more that stands for all others, end the evaluation when they are read.
 */
export const PROTOCOL_NAMES = [
  'iterator',
  'isConcatSpreadable',
  'match',
  'matchAll',
  'replace',
  'search',
  'split',
] as const
