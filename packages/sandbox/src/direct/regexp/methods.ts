import { exceeded, failed, unsafe } from '../../evaluate/evaluation.ts'
import { parsePattern } from '../../language/pattern.ts'
import type { RegExpLiteral } from '../../language/term.ts'
import { MAX_BUILT_LIST, MAX_BUILT_STRING } from '../../limits.ts'
import { Callback, type Callbacks } from '../callback.ts'
import type { Iterating } from '../iterate.ts'
import { append } from '../lists.ts'
import type { Method } from '../methods.ts'
import { isObject, type Operators } from '../operators.ts'
import { createExpander, type Found } from '../replacement.ts'
import type { World } from '../world.ts'
import { createMatching, type Matcher } from './matcher.ts'
import { compilePattern } from './program.ts'
import { RegularExpression } from './regular-expression.ts'

/** Fuel for what is made of one match: a list, its named properties and its texts. */
const MATCH = 10

/** What regular expressions of an expression can do. Each evaluation begins with a new one, so that `lastIndex` is 0. */
export function createPatternMethods(
  world: World,
  operators: Operators,
  callbackOf: Callbacks,
  iteratorOver: Iterating['iteratorOver'],
) {
  const { intrinsics, meter } = world
  const { slice, defineData } = intrinsics
  const createMatcher = createMatching(meter)
  const expanded = createExpander(world)

  function literal({ pattern, flags }: RegExpLiteral): RegularExpression {
    const parsed = parsePattern(pattern, flags)
    if (parsed === undefined) throw new TypeError(`/${pattern}/${flags} has no direct form`)
    return new RegularExpression(createMatcher(compilePattern(parsed)))
  }

  const isSticky = ({ program }: Matcher) => program.pattern.sticky
  const isGlobal = ({ program }: Matcher) => program.pattern.global

  function groupsOf({ registers, program }: Matcher, text: string): (string | undefined)[] {
    const groups: (string | undefined)[] = []
    for (let i = 0; i < program.pattern.groups; i++) {
      const from = registers[2 * i] as number
      const to = registers[2 * i + 1] as number
      append(groups, to < 0 ? undefined : slice(text, from, to))
    }
    meter.spend(MATCH + groups.length)
    return groups
  }

  function namedOf({ program }: Matcher, groups: readonly (string | undefined)[]): object | undefined {
    const { names } = program.pattern
    if (names.length === 0) return undefined
    const named = intrinsics.create(null)
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as (typeof names)[number]
      defineData(named, name[0], groups[name[1]])
    }
    return named
  }

  /** As `exec` gives it. */
  function matchOf(matcher: Matcher, text: string): unknown[] {
    const groups = groupsOf(matcher, text)
    defineData(groups, 'index', matcher.registers[0])
    defineData(groups, 'input', text)
    defineData(groups, 'groups', namedOf(matcher, groups))
    return groups
  }

  function execute(matcher: Matcher, text: string): unknown[] | null {
    return matcher.find(text, 0, isSticky(matcher)) ? matchOf(matcher, text) : null
  }

  /** Match after match, as a global regular expression finds them. */
  function each(matcher: Matcher, text: string, visit: (from: number, to: number) => void): void {
    let from = 0
    for (let found = 0; from <= text.length && matcher.find(text, from, isSticky(matcher)); found++) {
      if (found >= MAX_BUILT_LIST) throw exceeded('fuel')
      const start = matcher.registers[0] as number
      const end = matcher.registers[1] as number
      from = end > start ? end : afterCharacter(matcher, text, end)
      visit(start, end)
    }
  }

  function afterCharacter({ program }: Matcher, text: string, at: number): number {
    return program.pattern.unicode && at < text.length && intrinsics.codePointAt(text, at) > 0xffff ? at + 2 : at + 1
  }

  function match(matcher: Matcher, text: string): unknown {
    if (!isGlobal(matcher)) return execute(matcher, text)
    const found: string[] = []
    each(matcher, text, (from, to) => append(found, slice(text, from, to)))
    return found.length === 0 ? null : found
  }

  function matchAll(matcher: Matcher, text: string): object {
    mustBeGlobal(matcher, 'matchAll')
    const found: unknown[] = []
    each(matcher, text, () => append(found, matchOf(matcher, text)))
    return iteratorOver(found)
  }

  function search(matcher: Matcher, text: string): number {
    return matcher.find(text, 0, isSticky(matcher)) ? (matcher.registers[0] as number) : -1
  }

  function split(matcher: Matcher, text: string, limit: number): unknown[] {
    const pieces: unknown[] = []
    if (limit === 0) return pieces
    if (text === '') {
      if (!matcher.find(text, 0, true)) append(pieces, text)
      return pieces
    }
    let last = 0
    let from = 0
    while (from < text.length && matcher.find(text, from, false)) {
      const start = matcher.registers[0] as number
      const end = matcher.registers[1] as number
      if (start >= text.length) break
      // Nothing is taken out between a piece's beginning and itself.
      if (end === last) {
        from = afterCharacter(matcher, text, start)
        continue
      }
      append(pieces, slice(text, last, start))
      if (pieces.length === limit) return pieces
      const groups = groupsOf(matcher, text)
      for (let i = 1; i < groups.length; i++) {
        append(pieces, groups[i])
        if (pieces.length === limit) return pieces
      }
      if (pieces.length > MAX_BUILT_LIST) throw exceeded('fuel')
      last = end
      from = end > start ? end : afterCharacter(matcher, text, end)
    }
    append(pieces, slice(text, last))
    return pieces
  }

  function replace(matcher: Matcher, text: string, replacement: unknown, name: string): string {
    if (name === 'replaceAll') mustBeGlobal(matcher, name)
    const instead = replacerOf(matcher, replacement, name)
    let result = ''
    let last = 0
    const one = (start: number, end: number) => {
      const groups = groupsOf(matcher, text)
      result +=
        slice(text, last, start) + instead({ text, at: start, end, groups, names: matcher.program.pattern.names })
      if (result.length > MAX_BUILT_STRING) throw exceeded('bytes')
      last = end
    }
    if (isGlobal(matcher)) each(matcher, text, one)
    else if (matcher.find(text, 0, isSticky(matcher))) {
      one(matcher.registers[0] as number, matcher.registers[1] as number)
    }
    result += slice(text, last)
    meter.build(result.length)
    return result
  }

  function replacerOf(matcher: Matcher, replacement: unknown, name: string): (found: Found) => string {
    if (!isObject(replacement)) {
      const template = operators.textOf(replacement)
      return (found) => expanded(template, found)
    }
    if (typeof replacement !== 'function' && Callback.runOf(replacement) === undefined) {
      throw unsafe('conversion of an object')
    }
    const run = callbackOf(replacement, name)
    return ({ text, at, groups }) => {
      const args: unknown[] = []
      for (let i = 0; i < groups.length; i++) append(args, groups[i])
      append(args, at)
      append(args, text)
      const named = namedOf(matcher, groups)
      if (named !== undefined) append(args, named)
      return operators.textOf(intrinsics.apply(run, undefined, args))
    }
  }

  function mustBeGlobal(matcher: Matcher, name: string): void {
    if (!isGlobal(matcher)) throw failed(`${name}() needs the flag g`)
  }

  /** `/a/.test(x)` and `/a/.exec(x)`. */
  function call(expression: RegularExpression, name: string, args: readonly unknown[]): unknown {
    const matcher = RegularExpression.matcherOf(expression) as Matcher
    const text = operators.textOf(args[0])
    return name === 'test' ? matcher.find(text, 0, isSticky(matcher)) : execute(matcher, text)
  }

  /** `text.match(/a/)` and the like. */
  function ofText(run: (matcher: Matcher, text: string) => unknown): Method {
    return (self, args) => {
      const matcher = RegularExpression.matcherOf(args[0])
      if (typeof self !== 'string' || matcher === undefined) throw unsafe('receiver or pattern of a text method')
      return run(matcher, self)
    }
  }

  return {
    literal,
    call,
    split,
    replace,
    textMethods: { match: ofText(match), matchAll: ofText(matchAll), search: ofText(search) },
  }
}

export type PatternMethods = ReturnType<typeof createPatternMethods>
