import {
  ANY_OF_A_LINE,
  ANYTHING,
  type CharacterSet,
  CLASSES,
  complementOf,
  foldedAscii,
  unionOf,
} from './character-set.ts'

/** A regular expression that the direct evaluator matches itself. */
export interface Pattern {
  body: Node
  /** With the whole match, which is 0. */
  groups: number
  /** Group names in the order of their groups. */
  names: readonly (readonly [name: string, group: number])[]
  unicode: boolean
  multiline: boolean
  global: boolean
  sticky: boolean
}

export type Node =
  | { type: 'empty' }
  /** One character out of a set. */
  | { type: 'set'; set: CharacterSet }
  | { type: 'sequence'; parts: readonly Node[] }
  | { type: 'choice'; options: readonly Node[] }
  | { type: 'group'; body: Node; group: number }
  | {
      type: 'repeat'
      body: Node
      min: number
      max: number
      greedy: boolean
      groups: readonly [from: number, to: number]
    }
  | { type: 'assertion'; kind: 'start' | 'end' | 'word' | 'not-word' }
  | { type: 'lookahead'; body: Node; negative: boolean }

/** Instructions of a compiled pattern, about. A count is written out: `(ab){100}` is a hundred times `ab`. */
export const MAX_PATTERN_SIZE = 2_000

/** What is left to QuickJS. */
class Unsupported extends Error {}

/**
 * Parses a pattern that acorn has found to be one, with no regular expression: those would set `RegExp.$1` for the
 * application, where an expression is bound on a hit. `undefined` for what is left to QuickJS: lookbehind, backreferences,
 * `\p`, sets of the flag `v`, the flag `d`, other cases of letters beyond ASCII, and old spellings.
 */
export function parsePattern(source: string, flags: string): Pattern | undefined {
  try {
    return parse(source, flags)
  } catch (error) {
    if (error instanceof Unsupported) return undefined
    throw error
  }
}

function parse(source: string, flags: string): Pattern {
  if (flags.includes('d') || flags.includes('v')) throw new Unsupported()
  const unicode = flags.includes('u')
  const ignoreCase = flags.includes('i')
  const dotAll = flags.includes('s')
  if (unicode && ignoreCase) throw new Unsupported()
  const names: [string, number][] = []
  let groups = 1
  let at = 0

  const peek = (text: string) => source.startsWith(text, at)
  function take(text: string): boolean {
    if (!peek(text)) return false
    at += text.length
    return true
  }

  function choice(): Node {
    const options = [sequence()]
    while (take('|')) options.push(sequence())
    return options.length === 1 ? (options[0] as Node) : { type: 'choice', options }
  }

  function sequence(): Node {
    const parts: Node[] = []
    while (at < source.length && !peek('|') && !peek(')')) parts.push(quantified())
    return parts.length === 0
      ? { type: 'empty' }
      : parts.length === 1
        ? (parts[0] as Node)
        : { type: 'sequence', parts }
  }

  function quantified(): Node {
    const before = groups
    const body = atom()
    const count = counted()
    if (count === undefined) return body
    const [min, max] = count
    const greedy = !take('?')
    return { type: 'repeat', body, min, max, greedy, groups: [before, groups] }
  }

  function counted(): readonly [min: number, max: number] | undefined {
    if (take('*')) return [0, Number.POSITIVE_INFINITY]
    if (take('+')) return [1, Number.POSITIVE_INFINITY]
    if (take('?')) return [0, 1]
    const start = at
    if (!take('{')) return undefined
    const min = digits(10)
    const max = take(',') ? digits(10) || 'Infinity' : min
    if (min !== '' && take('}')) return [Number(min), Number(max)]
    // A brace like any other.
    at = start
    return undefined
  }

  /** As many as there are, or `count` of them or none. */
  function digits(base: 10 | 16, count?: number): string {
    let end = at
    while (end < source.length && end - at !== count && isDigit(source[end] as string, base)) end++
    if (count !== undefined && end - at < count) return ''
    const found = source.slice(at, end)
    at = end
    return found
  }

  function atom(): Node {
    if (take('^')) return { type: 'assertion', kind: 'start' }
    if (take('$')) return { type: 'assertion', kind: 'end' }
    if (take('\\b')) return { type: 'assertion', kind: 'word' }
    if (take('\\B')) return { type: 'assertion', kind: 'not-word' }
    if (take('.')) return { type: 'set', set: dotAll ? ANYTHING : ANY_OF_A_LINE }
    if (take('(')) return group()
    if (take('[')) return { type: 'set', set: characterClass() }
    if (peek('\\')) {
      const escaped = escape(false)
      return { type: 'set', set: typeof escaped === 'number' ? only(escaped) : escaped }
    }
    return { type: 'set', set: only(character()) }
  }

  function group(): Node {
    if (take('?<=') || take('?<!')) throw new Unsupported()
    if (take('?=') || take('?!')) {
      const negative = source[at - 1] === '!'
      return { type: 'lookahead', body: closed(), negative }
    }
    if (take('?:')) return closed()
    const number = groups++
    if (take('?<')) {
      const end = source.indexOf('>', at)
      const name = source.slice(at, end)
      if (name.includes('\\')) throw new Unsupported()
      names.push([name, number])
      at = end + 1
    }
    return { type: 'group', body: closed(), group: number }
  }

  function closed(): Node {
    const body = choice()
    if (!take(')')) throw new Unsupported()
    return body
  }

  function characterClass(): CharacterSet {
    const negative = take('^')
    const sets: CharacterSet[] = []
    while (!take(']')) {
      const from = member()
      const isRange = peek('-') && source[at + 1] !== ']'
      if (!isRange) {
        sets.push(typeof from === 'number' ? only(from) : from)
        continue
      }
      at++
      const to = member()
      if (typeof from !== 'number' || typeof to !== 'number') throw new Unsupported()
      sets.push(folded([from, to]))
    }
    const set = unionOf(sets)
    return negative ? complementOf(set) : set
  }

  const member = () => (peek('\\') ? escape(true) : character())

  /** A character, or the set that an escape stands for. */
  function escape(inClass: boolean): number | CharacterSet {
    at++
    const letter = source[at] as string
    const set = CLASSES.get(letter)
    if (set !== undefined || CONTROLS.has(letter)) {
      at++
      return set ?? (CONTROLS.get(letter) as number)
    }
    if (inClass && take('b')) return 0x08
    at++
    if (letter === '0' && !isDigit(source[at] ?? '', 10)) return 0
    if (letter === 'x' || letter === 'u') return coded(letter)
    if (isDigit(letter, 10) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) {
      throw new Unsupported()
    }
    at--
    return character()
  }

  /** After `\x` or `\u`. */
  function coded(letter: 'x' | 'u'): number {
    const braced = letter === 'u' && unicode && take('{')
    const code = Number.parseInt(braced ? digits(16) : digits(16, letter === 'x' ? 2 : 4), 16)
    // Old spellings without a number, and half of a pair, perhaps.
    if (!(code >= 0) || (braced && !take('}'))) throw new Unsupported()
    if (unicode && !braced && code >= 0xd800 && code <= 0xdfff) throw new Unsupported()
    return code
  }

  function character(): number {
    const code = unicode ? source.codePointAt(at) : source.charCodeAt(at)
    if (code === undefined) throw new Unsupported()
    at += code > 0xffff ? 2 : 1
    return code
  }

  const only = (code: number) => folded([code, code])

  function folded(set: CharacterSet): CharacterSet {
    if (!ignoreCase) return set
    if (set.some((code) => code > 0x7f)) throw new Unsupported()
    return foldedAscii(set)
  }

  const body = choice()
  if (at < source.length || sizeOf(body) > MAX_PATTERN_SIZE) throw new Unsupported()
  return {
    body,
    groups,
    names,
    unicode,
    multiline: flags.includes('m'),
    global: flags.includes('g'),
    sticky: flags.includes('y'),
  }
}

function isDigit(text: string, base: 10 | 16): boolean {
  return (text >= '0' && text <= '9') || (base === 16 && ((text >= 'a' && text <= 'f') || (text >= 'A' && text <= 'F')))
}

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['v', 0x0b],
  ['f', 0x0c],
  ['r', 0x0d],
])

function sizeOf(node: Node): number {
  switch (node.type) {
    case 'sequence':
      return sum(node.parts)
    case 'choice':
      return sum(node.options) + 2 * node.options.length
    case 'group':
    case 'lookahead':
      return sizeOf(node.body) + 2
    case 'repeat': {
      if (node.body.type === 'set') return 1
      const times = Math.min(MAX_PATTERN_SIZE, node.max === Number.POSITIVE_INFINITY ? node.min + 1 : node.max)
      return times * (sizeOf(node.body) + 5)
    }
    default:
      return 1
  }
}

const sum = (nodes: readonly Node[]) => nodes.reduce((total, node) => total + sizeOf(node), 0)
