import { exceeded } from '../../evaluate/evaluation.ts'
import type { Meter } from '../meter.ts'
import { type CompiledSet, OP, type Program, WIDTH } from './program.ts'

/** Finds a match from a position on. */
export interface Matcher {
  readonly program: Program
  /** By group two positions in the text, -1 for none: of the latest match. */
  readonly registers: Int32Array
  /** Whether there is one, at `from` or, if not `sticky`, after it. */
  find(text: string, from: number, sticky: boolean): boolean
}

/** Instructions, characters of a run and ways back for the price of one fuel: 2 to 5 ns each. */
const STEPS_PER_FUEL = 8
/** Steps between two looks at the fuel. */
const STEPS_AT_ONCE = 4_096
/** Ways back that are kept, 16 bytes each: ten and more for every turn of a loop over a group. */
const MAX_WAYS_BACK = 1 << 17

/** What a way back does. */
const RESUME = 0
/** A run of `MOST` gives back a character: `pc`, the end of the run, where it must end at last. */
const GIVE_BACK = 1
/** A run of `FEWEST` takes another: `pc`, the end of the run, how many it may take. */
const TAKE_MORE = 2
/** A register gets its value back. */
const RESTORE = 3

/**
 * Matches text with a compiled pattern by backtracking, as the language defines it. Not V8's: that sets `RegExp.$1` for
 * the application, asks nobody while it runs, and takes exponential time where it wants to. Here every step is counted, on
 * a stack of our own, so any pattern may be given any text.
 *
 * One piece, because it is one machine: every instruction reads and writes the same position, registers and ways back, and
 * handing these over between functions is what would cost. The instructions are made elsewhere, in `program.ts`.
 */
export function createMatching(meter: Meter): (program: Program) => Matcher {
  let ways = new Int32Array(256)

  function grow(): void {
    if (ways.length >= 4 * MAX_WAYS_BACK) throw exceeded('memory')
    const more = new Int32Array(ways.length * 2)
    for (let i = 0; i < ways.length; i++) more[i] = ways[i] as number
    ways = more
  }

  return function createMatcher(program: Program): Matcher {
    const { code, sets } = program
    const { unicode } = program.pattern
    const registers = new Int32Array(program.registers)
    const first = unicode ? undefined : firstSetOf(program)
    const anchored = code[WIDTH] === OP.START
    let text = ''
    let top = 0
    let steps = 0

    function find(subject: string, from: number, sticky: boolean): boolean {
      text = subject
      steps = STEPS_PER_FUEL
      try {
        // Unit by unit, also with the flag u: so does V8, where the language would go over a pair.
        for (let at = from; at <= text.length; at++) {
          if (first !== undefined && !sticky) {
            for (; at < text.length && !has(first, codeAt(text, at)); at++) step()
            if (at === text.length) break
          }
          top = 0
          for (let i = 0; i < registers.length; i++) registers[i] = -1
          if (run(0, at)) return true
          if (sticky || anchored) break
        }
        return false
      } finally {
        text = ''
        pay()
      }
    }

    function step(): void {
      if (++steps >= STEPS_AT_ONCE) pay()
    }

    function pay(): void {
      const due = (steps / STEPS_PER_FUEL) | 0
      steps = 0
      meter.spend(due)
    }

    function push(way: number, pc: number, a: number, b: number): void {
      if (top === ways.length) grow()
      ways[top] = way
      ways[top + 1] = pc
      ways[top + 2] = a
      ways[top + 3] = b
      top += 4
    }

    function save(register: number, value: number): void {
      push(RESTORE, register, registers[register] as number, 0)
      registers[register] = value
    }

    /** From instruction `pc` at `at` until a `MATCH`. Leaves the ways back that it has not gone on the stack. */
    function run(start: number, from: number): boolean {
      const base = top
      const end = text.length
      let pc = start
      let at = from
      for (;;) {
        step()
        const i = pc * WIDTH
        const a = code[i + 1] as number
        let goesOn = true
        switch (code[i]) {
          case OP.CHAR:
            if (at < end && characterAt(at) === a) at += a > 0xffff ? 2 : 1
            else goesOn = false
            break
          case OP.SET:
            if (at < end && has(sets[a] as CompiledSet, characterAt(at))) at += widthAt(at)
            else goesOn = false
            break
          case OP.MOST:
          case OP.FEWEST: {
            const set = sets[a] as CompiledSet
            const min = code[i + 2] as number
            const max = code[i + 3] as number
            const least = runOf(set, at, min)
            if (taken < min) {
              goesOn = false
            } else if (code[i] === OP.MOST) {
              at = runOf(set, least, max - min)
              if (at > least) push(GIVE_BACK, pc, at, least)
            } else {
              at = least
              if (max > min) push(TAKE_MORE, pc, at, max - min)
            }
            break
          }
          case OP.SPLIT:
            push(RESUME, code[i + 2] as number, at, 0)
            pc = a - 1
            break
          case OP.JUMP:
            pc = a - 1
            break
          case OP.SAVE:
            save(a, at)
            break
          case OP.CLEAR:
            for (let register = a; register < (code[i + 2] as number); register++) save(register, -1)
            break
          case OP.MOVED:
            goesOn = registers[a] !== at
            break
          case OP.START:
            goesOn = at === 0
            break
          case OP.END:
            goesOn = at === end
            break
          case OP.LINE_START:
            goesOn = at === 0 || isLineEnd(codeAt(text, at - 1))
            break
          case OP.LINE_END:
            goesOn = at === end || isLineEnd(codeAt(text, at))
            break
          case OP.WORD:
            goesOn = isWord(at - 1) !== isWord(at)
            break
          case OP.NOT_WORD:
            goesOn = isWord(at - 1) === isWord(at)
            break
          case OP.AHEAD:
          case OP.NOT_AHEAD: {
            const mark = top
            const matches = run(pc + 1, at)
            if (code[i] === OP.AHEAD) {
              if (matches) keepRestores(mark)
              else goesOn = false
            } else if (matches) {
              restoreTo(mark)
              goesOn = false
            }
            pc = a - 1
            break
          }
          default:
            return true
        }
        if (goesOn) {
          pc++
          continue
        }
        for (;;) {
          if (top === base) return false
          top -= 4
          const way = ways[top]
          pc = ways[top + 1] as number
          at = ways[top + 2] as number
          const b = ways[top + 3] as number
          if (way === RESUME) break
          if (way === RESTORE) {
            registers[pc] = at
          } else if (way === GIVE_BACK) {
            at = before(at)
            if (at > b) push(GIVE_BACK, pc, at, b)
            pc++
            break
          } else {
            if (at === end || !has(sets[code[pc * WIDTH + 1] as number] as CompiledSet, characterAt(at))) continue
            at += widthAt(at)
            if (b > 1) push(TAKE_MORE, pc, at, b - 1)
            pc++
            break
          }
        }
      }
    }

    let taken = 0
    /** Where the longest run of a set ends, of at most `max` characters; `taken` is how many there are. */
    function runOf(set: CompiledSet, from: number, max: number): number {
      let at = from
      taken = 0
      while (taken < max && at < text.length && has(set, characterAt(at))) {
        at += widthAt(at)
        taken++
        step()
      }
      return at
    }

    /** The registers that were set in a lookahead stay; its other ways are not gone. */
    function keepRestores(base: number): void {
      let kept = base
      for (let i = base; i < top; i += 4) {
        if (ways[i] !== RESTORE) continue
        for (let j = 0; j < 4; j++) ways[kept + j] = ways[i + j] as number
        kept += 4
      }
      top = kept
    }

    function restoreTo(base: number): void {
      while (top > base) {
        top -= 4
        if (ways[top] === RESTORE) registers[ways[top + 1] as number] = ways[top + 2] as number
      }
    }

    function characterAt(at: number): number {
      const unit = codeAt(text, at)
      if (!unicode || unit < 0xd800 || unit > 0xdfff) return unit
      if (unit >= 0xdc00) return at > 0 && isHigh(codeAt(text, at - 1)) ? NO_CHARACTER : unit
      const low = at + 1 < text.length ? codeAt(text, at + 1) : 0
      return low < 0xdc00 || low > 0xdfff ? unit : (unit - 0xd800) * 0x400 + low - 0xdc00 + 0x10000
    }

    const widthAt = (at: number) => (unicode && at < text.length && characterAt(at) > 0xffff ? 2 : 1)

    /** The position of the character before `at`. */
    const before = (at: number) => (unicode && at > 1 && characterAt(at - 2) > 0xffff ? at - 2 : at - 1)

    const isWord = (at: number) => {
      if (at < 0 || at >= text.length) return false
      const code = codeAt(text, at)
      return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95
    }

    return { program, registers, find }
  }
}

/** Of the application's `charCodeAt` nothing is asked. */
const codeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (text: string, index: number) => number

/** What begins inside of a pair, with the flag u. In no set. */
const NO_CHARACTER = -1
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff

const isLineEnd = (code: number) => code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029

function has({ ascii, ranges }: CompiledSet, code: number): boolean {
  if (code < 128) return code >= 0 && ascii[code] === 1
  for (let i = 0; i < ranges.length; i += 2) {
    if (code < (ranges[i] as number)) return false
    if (code <= (ranges[i + 1] as number)) return true
  }
  return false
}

/** What every match begins with, if that is one set or character. */
function firstSetOf({ code, sets }: Program): CompiledSet | undefined {
  let i = 0
  while (code[i] === OP.SAVE) i += WIDTH
  const a = code[i + 1] as number
  if (code[i] === OP.SET || (code[i] === OP.MOST && (code[i + 2] as number) > 0)) return sets[a]
  if (code[i] !== OP.CHAR) return undefined
  const ascii = new Uint8Array(128)
  if (a < 128) ascii[a] = 1
  return { ascii, ranges: Int32Array.from([a, a]) }
}
