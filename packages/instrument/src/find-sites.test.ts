import { expect, test } from 'vitest'
import { siteAtOrAfter, siteCovering, sitesOnLine, weave } from './index.ts'

const source = `function f(a) {
  if (a) { b(); c() }

  return list.map(
    (x) => x + 1,
  )
}`
const woven = weave(source, { filename: 'f.js', format: 'commonjs' })
const sites = woven.status === 'woven' ? woven.sites : []

test('the sites of a line come left to right', () => {
  expect(sitesOnLine(sites, 1).map(({ position }) => position.column)).toEqual([2, 11, 16])
  expect(sitesOnLine(sites, 2)).toEqual([])
})

test('a position belongs to the innermost statement around it', () => {
  expect(siteCovering(sites, { line: 1, column: 12 })?.position).toEqual({ line: 1, column: 11 })
  expect(siteCovering(sites, { line: 1, column: 4 })?.position).toEqual({ line: 1, column: 2 })
  expect(siteCovering(sites, { line: 4, column: 4 })?.position).toEqual({ line: 3, column: 2 })
  expect(siteCovering(sites, { line: 4, column: 12 })?.position).toEqual({ line: 4, column: 11 })
  expect(siteCovering(sites, { line: 2, column: 0 })).toBeUndefined()
})

test('a position without a statement leads to the next one', () => {
  expect(siteAtOrAfter(sites, { line: 2, column: 0 })?.position).toEqual({ line: 3, column: 2 })
  expect(siteAtOrAfter(sites, { line: 6, column: 0 })).toBeUndefined()
})
