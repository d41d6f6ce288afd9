import { describe, expect, it } from 'vitest'
import { besideFrames } from './caller-variables.ts'
import type { RawFrame } from './stack.ts'

const frame = (file: string, line: number): RawFrame => ({ file, line, column: 1, exact: false, function: 'f' })
const caller = (path: string, line: number, name: string) => ({ path, line, column: 1, locals: [{ name, value: 1 }] })

describe('the variables of callers', () => {
  it('stand beside their frames: those of built-ins have none, and recursion keeps its order', () => {
    const frames = [frame('/a', 1), frame('', 0), frame('/a', 1), frame('/a', 1), frame('/b', 2)]
    const found = besideFrames(
      frames,
      [caller('/a', 1, 'first'), caller('/a', 1, 'second'), caller('/elsewhere', 9, 'lost'), caller('/b', 2, 'third')],
      (locals) => locals.map(({ name }) => ({ name, value: { type: 'undefined' } })),
    )
    expect(found.map((each) => each?.[0]?.name)).toEqual([undefined, undefined, 'first', 'second', 'third'])
  })
})
