import type { Random } from './random.ts'

/** What a lexer, a parser or a verifier may have forgotten about. */
const PIECES = [
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '`',
    '${',
    '?.',
    '...',
    '=>',
    '=',
    ',',
    ';',
    ':',
    '?',
    '!',
    '/',
    '//',
    '/*',
    '\\',
    "'",
    '"',
  ],
  ...[
    '\0',
    '\n',
    '\u2028',
    '\ufeff',
    '\ud800',
    '💥',
    '\\u{61}',
    '\\x61',
    '0x',
    '1_0',
    '.5',
    '1.',
    '1n',
    '09',
    '#a',
    '@',
  ],
  ...[
    'new ',
    'delete ',
    'await ',
    'yield ',
    'async ',
    'import(',
    'import.meta',
    'new.target',
    'super',
    'this',
    'class {}',
  ],
  ...[
    'function () {}',
    '() => ',
    'x => x',
    '__proto__',
    'constructor',
    'globalThis',
    'eval',
    'arguments',
    'in ',
    ' of ',
  ],
  ...[
    'instanceof ',
    'typeof ',
    'void ',
    '++',
    '--',
    '+=',
    '??=',
    '**',
    '>>>',
    '&&',
    '??',
    '<!--',
    '-->',
    '/a/g',
    '``',
    '?.[',
  ],
]

/** A text like the given one, with one to four faults: something is taken out, put in, doubled, or of another. */
export function mutate(text: string, other: string, { below, pick }: Random): string {
  let result = text
  for (let count = 1 + below(4); count > 0; count--) {
    const from = below(result.length + 1)
    const to = Math.min(result.length, from + below(6))
    const before = result.slice(0, from)
    const after = result.slice(to)
    switch (below(6)) {
      case 0:
        result = before + after
        break
      case 1:
        result = before + pick(PIECES) + result.slice(from)
        break
      case 2:
        result = before + pick(PIECES) + after
        break
      case 3:
        result = before + result.slice(from, to) + result.slice(from)
        break
      case 4: {
        const start = below(other.length + 1)
        result = before + other.slice(start, start + below(20)) + after
        break
      }
      default:
        result = `${before}(${result.slice(from, to)})${after}`
    }
  }
  return result
}
