import type { CharacterSet } from '../../language/character-set.ts'
import type { Node, Pattern } from '../../language/pattern.ts'

/** An instruction is its number and up to three operands. */
export const WIDTH = 4

export const OP = {
  /** One character, by its code. */
  CHAR: 0,
  /** One character of set `a`. */
  SET: 1,
  /** `b` to `c` characters of set `a`, as many as can be. */
  MOST: 2,
  /** The same, as few as can be. */
  FEWEST: 3,
  /** Goes on at `a`; if that fails, at `b`. */
  SPLIT: 4,
  JUMP: 5,
  /** The position into register `a`. */
  SAVE: 6,
  /** Forgets registers `a` to before `b`. */
  CLEAR: 7,
  /** Fails where the position is that of register `a`: an iteration that took nothing. */
  MOVED: 8,
  START: 9,
  END: 10,
  LINE_START: 11,
  LINE_END: 12,
  WORD: 13,
  NOT_WORD: 14,
  /** What follows must match here, up to its `MATCH`; then goes on at `a`. */
  AHEAD: 15,
  NOT_AHEAD: 16,
  MATCH: 17,
} as const

export interface Program {
  readonly code: Int32Array
  readonly sets: readonly CompiledSet[]
  /** Two for each group, where it begins and ends; then one for each loop that must move. */
  readonly registers: number
  readonly pattern: Pattern
}

export interface CompiledSet {
  /** By code below 128: 1 when it is in. */
  readonly ascii: Uint8Array
  /** All ranges. */
  readonly ranges: Int32Array
}

export function compilePattern(pattern: Pattern): Program {
  const code: number[] = []
  const sets: CompiledSet[] = []
  let registers = pattern.groups * 2

  function emit(op: number, a = 0, b = 0, c = 0): number {
    code.push(op, a, b, c)
    return code.length / WIDTH - 1
  }
  const here = () => code.length / WIDTH
  const patch = (at: number, operand: 1 | 2, target: number) => {
    code[at * WIDTH + operand] = target
  }

  function write(node: Node): void {
    switch (node.type) {
      case 'empty':
        return
      case 'set':
        if (node.set.length === 2 && node.set[0] === node.set[1]) emit(OP.CHAR, node.set[0])
        else emit(OP.SET, setOf(node.set))
        return
      case 'sequence':
        for (const part of node.parts) write(part)
        return
      case 'choice':
        choice(node.options)
        return
      case 'group':
        emit(OP.SAVE, node.group * 2)
        write(node.body)
        emit(OP.SAVE, node.group * 2 + 1)
        return
      case 'repeat':
        repeat(node)
        return
      case 'assertion':
        emit(ASSERTIONS[node.kind][pattern.multiline ? 1 : 0])
        return
      case 'lookahead': {
        const start = emit(node.negative ? OP.NOT_AHEAD : OP.AHEAD)
        write(node.body)
        emit(OP.MATCH)
        patch(start, 1, here())
      }
    }
  }

  function choice(options: readonly Node[]): void {
    const jumps: number[] = []
    options.forEach((option, index) => {
      const last = index === options.length - 1
      const split = last ? 0 : emit(OP.SPLIT, here() + 1)
      write(option)
      if (last) return
      jumps.push(emit(OP.JUMP))
      patch(split, 2, here())
    })
    for (const jump of jumps) patch(jump, 1, here())
  }

  function repeat({ body, min, max, greedy, groups }: Extract<Node, { type: 'repeat' }>): void {
    if (body.type === 'set') {
      emit(greedy ? OP.MOST : OP.FEWEST, setOf(body.set), atMostInt(min), atMostInt(max))
      return
    }
    const iteration = () => {
      if (groups[1] > groups[0]) emit(OP.CLEAR, groups[0] * 2, groups[1] * 2)
      write(body)
    }
    for (let i = 0; i < min; i++) iteration()
    const endless = max === Number.POSITIVE_INFINITY
    const splits: number[] = []
    const position = registers++
    for (let i = min; i < (endless ? min + 1 : max); i++) {
      const split = emit(OP.SPLIT)
      splits.push(split)
      patch(split, greedy ? 1 : 2, here())
      emit(OP.SAVE, position)
      iteration()
      emit(OP.MOVED, position)
      if (endless) emit(OP.JUMP, split)
    }
    for (const split of splits) patch(split, greedy ? 2 : 1, here())
  }

  function setOf(set: CharacterSet): number {
    const ascii = new Uint8Array(128)
    for (let i = 0; i < set.length; i += 2) {
      for (let at = set[i] as number; at <= (set[i + 1] as number) && at < 128; at++) ascii[at] = 1
    }
    return sets.push({ ascii, ranges: Int32Array.from(set) }) - 1
  }

  emit(OP.SAVE, 0)
  write(pattern.body)
  emit(OP.SAVE, 1)
  emit(OP.MATCH)
  return { code: Int32Array.from(code), sets, registers, pattern }
}

const ASSERTIONS = {
  start: [OP.START, OP.LINE_START],
  end: [OP.END, OP.LINE_END],
  word: [OP.WORD, OP.WORD],
  'not-word': [OP.NOT_WORD, OP.NOT_WORD],
} as const

/** No text is longer. */
const atMostInt = (count: number) => Math.min(count, 0x7fffffff)
