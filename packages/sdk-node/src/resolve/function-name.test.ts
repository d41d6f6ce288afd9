import { surveySites } from '@lightrun/instrument'
import { describe, expect, it } from 'vitest'
import { functionAt, identifierOffset, nameOffset } from './function-name.ts'
import { createLineIndex } from './map/line-index.ts'

const TEXT = `
function a(){ mark1() }
const b = async (x) => { mark2() }
class C { d() { mark3(); return function* e(){ mark4() } } static { mark5() } }
const o = { f: function(){ mark6() } }
setTimeout(() => { mark7() })
`
const lines = createLineIndex(TEXT)
const surveyed = surveySites(TEXT, { format: 'commonjs' })

describe('the name of the function around a place', () => {
  it.each([
    ['mark1', 'a', 'a('],
    ['mark2', 'b', 'b ='],
    ['mark3', 'd', undefined],
    ['mark4', 'e', 'e('],
    ['mark6', 'f', 'f:'],
    ['mark7', '', undefined],
  ])('%s: %s', (mark, name, written) => {
    if (surveyed.status !== 'surveyed') throw new Error(surveyed.message)
    const found = functionAt(surveyed.functions, lines.position(TEXT.indexOf(mark)))
    expect(found?.name).toBe(name)
    const offset = nameOffset(TEXT, lines, found!)
    expect(offset === undefined ? undefined : TEXT.slice(offset, offset + 3)).toBe(
      written === undefined ? undefined : TEXT.slice(TEXT.indexOf(written)).slice(0, 3),
    )
  })

  it('is behind the keyword of a function or class', () => {
    const after = (text: string) => text.slice(identifierOffset(text, 0))
    expect(['function* a(){}', 'async function a(){}', 'class a{}', 'a=1', 'functional=1'].map(after)).toEqual([
      'a(){}',
      'a(){}',
      'a{}',
      'a=1',
      'functional=1',
    ])
  })
})
