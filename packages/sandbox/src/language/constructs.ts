// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are part of the language.
import type { CostClass } from './built-ins.ts'

/** A construct of the language, by an example. Calls have tables of their own: `built-ins.ts`. */
export interface Construct {
  name: string
  example: string
  cost: CostClass
}

/** Everything that may be written besides calls; `docs/language.md` lists them, and a test compares. */
export const CONSTRUCTS: readonly Construct[] = [
  { name: 'number', example: '0xff + 1_000.5e-3', cost: 'constant' },
  { name: 'text', example: '\'a\' + "b"', cost: 'constant' },
  { name: 'BigInt', example: '10n', cost: 'constant' },
  { name: 'true, false, null, undefined, NaN, Infinity', example: 'true', cost: 'constant' },
  { name: 'regular expression', example: '/^4\\d\\d$/.test(code)', cost: 'text' },
  { name: 'regular expression of the other kind', example: '/(?<=a)b|(c)\\1/.test(code)', cost: 'copy' },
  { name: 'template', example: '`${user.name}: ${total}`', cost: 'constant' },
  { name: 'array', example: '[a, , b]', cost: 'constant' },
  { name: 'object', example: '({ a, b: c, [d]: e })', cost: 'constant' },
  { name: 'variable', example: 'user', cost: 'constant' },
  { name: 'this', example: 'this', cost: 'constant' },
  { name: 'member', example: "user.address['city']", cost: 'constant' },
  { name: 'optional chain', example: 'user?.roles?.[0]?.at?.(0)', cost: 'constant' },
  { name: 'unary operators', example: '-a + +b + ~c + !d', cost: 'constant' },
  { name: 'typeof, void', example: 'typeof a === void 0', cost: 'constant' },
  { name: 'arithmetic', example: 'a + b - c * d / e % f ** g', cost: 'constant' },
  { name: 'bits', example: 'a & b | c ^ d << 1 >> 2 >>> 3', cost: 'constant' },
  { name: 'comparison', example: 'a < b === c >= d', cost: 'constant' },
  { name: 'equality', example: 'a == b || a !== c', cost: 'constant' },
  { name: 'in', example: "'id' in user", cost: 'constant' },
  { name: 'instanceof', example: 'error instanceof TypeError', cost: 'constant' },
  { name: 'logic', example: '(a && b || c) ?? d', cost: 'constant' },
  { name: 'conditional', example: 'a ? b : c', cost: 'constant' },
  { name: 'spread in lists and arguments', example: '[...a, Math.max(...b)]', cost: 'items' },
  { name: 'spread in objects', example: '({ ...a, b })', cost: 'items' },
  { name: 'callback', example: 'items.some((item, i) => item.price > i)', cost: 'callback' },
  { name: 'parameter in parts', example: 'xs.map(({ a, b: [c] }) => a + c)', cost: 'callback' },
  { name: 'parameter with a default', example: 'xs.map((x, factor = 2) => x * factor)', cost: 'callback' },
  { name: 'rest', example: 'xs.map(({ id, ...others }, ...more) => others)', cost: 'callback' },
  { name: 'built-in as a callback', example: 'xs.filter(Boolean).map(Math.round)', cost: 'callback' },
  { name: 'callback with a regular expression', example: 'xs.filter((x) => /a/.test(x.name))', cost: 'callback' },
  { name: 'callback with one of the other kind', example: 'xs.filter((x) => /\\p{L}/u.test(x.name))', cost: 'copy' },
]
