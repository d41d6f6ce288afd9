import { readVariables, type Site, weave } from '@lightrun/instrument'
import { describe, expect, it } from 'vitest'
import { renameVariables } from './rename-variables.ts'

/** A site whose variables are declared at 0, 1, 2, … */
function siteWith(...names: string[]): Site {
  const position = { line: 0, column: 0 }
  const variables = names.map((name, declaredAt) => ({ name, scope: 'local', access: 'value', declaredAt }) as const)
  return { index: 0, number: 0, position, end: position, function: 0, cell: '', variables }
}
function renamed(names: string[], originals: (string | undefined)[]): string[] {
  return renameVariables(siteWith(...names), (offset) => originals[offset]).variables.map(({ name }) => name)
}

describe('variables under the names of the source', () => {
  it('are read as before', () => {
    const text = 'function f(a, b) { let c = a + b; return c }; f(3, 4)'
    const woven = weave(text, { filename: 'f.js', format: 'commonjs' })
    if (woven.status !== 'woven') throw new Error(woven.message)
    const site = woven.sites.find(({ position }) => position.column === text.indexOf('return'))
    const original: Record<number, string> = { [text.indexOf('a,')]: 'price', [text.indexOf('c =')]: 'total' }
    const named = renameVariables(site!, (offset) => original[offset])
    const args = site!.variables.map(({ name }) => ({ a: 3, b: 4, c: 7 })[name as 'a'])
    const read = readVariables(named, args).map(({ name, value }) => [name, value])
    expect(Object.fromEntries(read)).toMatchObject({ price: 3, b: 4, total: 7 })
  })

  it('may swap names', () => {
    expect(renamed(['a', 'b'], ['b', 'a'])).toEqual(['b', 'a'])
  })

  it('give a name to the nearest that had it', () => {
    expect(renamed(['item2', 'item'], ['item', 'item'])).toEqual(['item', 'item (compiled)'])
    expect(renamed(['a', 'b'], ['item', 'item'])).toEqual(['item', 'b'])
  })

  it('never have two of one name, nor hide the one that people mean', () => {
    expect(renamed(['total', 'a'], [undefined, 'total'])).toEqual(['total (compiled)', 'total'])
  })

  it('keep their names where the map tells none that an expression could use', () => {
    const site = siteWith('_this', 'a', 'b', 'c')
    const originals = ['this', 'cart.total', '', undefined]
    expect(renameVariables(site, (offset) => originals[offset])).toBe(site)
  })
})
