import { compileFunction } from 'node:vm'
import { expect, test } from 'vitest'
import { originalPosition, type ScriptPosition, weave, wovenPosition } from './index.ts'

function woven(source: string) {
  const result = weave(source, { filename: 'shop.js', format: 'commonjs' })
  if (result.status !== 'woven') throw new Error(result.message)
  return result
}

test('every character of the source is found where it was', () => {
  const source =
    'let n=0;const f=a=>a?n:g(a),h=(b)=>{if(b)return b;for(;;)c();};\n  function g(x){switch(x){case 0:n()}}\n\nf();g()//'
  const { code, insertions } = woven(source)
  const lines = { before: source.split('\n'), after: code.split('\n') }
  for (const [line, text] of lines.after.entries()) {
    let rebuilt = ''
    for (let column = 0; column < text.length; column++) {
      const at = originalPosition(insertions, { line, column })
      expect(at.line).toBe(line)
      if (at.column === rebuilt.length && text[column] === lines.before[line]![at.column] && isOriginal(line, column)) {
        rebuilt += text[column]
      }
    }
    expect(rebuilt).toBe(lines.before[line])
  }

  function isOriginal(line: number, column: number): boolean {
    return insertions.every(
      ({ position, length, shift }) =>
        position.line !== line || column < position.column + shift || column >= position.column + shift + length,
    )
  }
})

test('every statement of the source is found where it is now', () => {
  const source = 'let n=0;function f(a){with(a){b();c()} return n}\n  f();for(;;)f()'
  const { code, insertions } = woven(source)
  const lines = code.split('\n')
  for (const [line, text] of source.split('\n').entries()) {
    for (const { index } of text.matchAll(/\b(with|b\(|c\(|return|f\(\)|for)/g)) {
      const { column } = wovenPosition(insertions, { line, column: index })
      expect(lines[line]?.slice(column, column + 3)).toBe(text.slice(index, index + 3))
      expect(originalPosition(insertions, { line, column })).toEqual({ line, column: index })
    }
  }
})

test('a position in a probe is that of its statement', () => {
  const { code, insertions } = woven('function f(a) { return a }')
  const column = code.indexOf('typeof')
  for (const each of [column, column + 5, code.indexOf('return')]) {
    expect(originalPosition(insertions, { line: 0, column: each })).toEqual({ line: 0, column: 16 })
  }
})

test('stack frames of a minified line point to the calls as they were written', () => {
  const source =
    'let k=0;function a(){k++;if(k)return b()}function b(){for(const x of[1])if(x)throw new Error("here")}return a()'
  const { code, insertions } = woven(source)
  expect(calls(code).map((position) => originalPosition(insertions, position))).toEqual(calls(source))
  expect(calls(source).map(({ column }) => source.slice(column, column + 3))).toEqual(['new', 'b()', 'a()'])
})

function calls(code: string): ScriptPosition[] {
  try {
    compileFunction(code, [], { filename: 'one-line.js' })()
  } catch (error) {
    const frames = [...(error as Error).stack!.matchAll(/one-line\.js:(\d+):(\d+)/g)]
    return frames.map(([, line, column]) => ({ line: Number(line) - 1, column: Number(column) - 1 }))
  }
  throw new Error('it did not throw')
}
