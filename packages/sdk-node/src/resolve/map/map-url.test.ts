import { describe, expect, it } from 'vitest'
import { inlineMap, locateMap, sourceMapUrl } from './map-url.ts'

describe('the comment that names a map', () => {
  it.each([
    ['a()\n//# sourceMappingURL=a.js.map\n', 'a.js.map'],
    ['a()\r\n//# sourceMappingURL=a.js.map\r\n', 'a.js.map'],
    ['a();//# sourceMappingURL=a.js.map', 'a.js.map'],
    ['//@ sourceMappingURL=old.map', 'old.map'],
    ['a()\n/*# sourceMappingURL=a.js.map */', 'a.js.map'],
    ['//# sourceMappingURL=one\n//# sourceMappingURL=two', 'two'],
    ['//# sourceMappingURL=a.js.map\nconst text = "sourceMappingURL="', 'a.js.map'],
    ['const text = "//# sourceMappingURL="', undefined],
    ['a()', undefined],
    ['//# sourceMappingURL=', undefined],
  ])('%j', (text, url) => {
    expect(sourceMapUrl(text)).toBe(url)
  })

  it('is looked for in bounded time', () => {
    expect(sourceMapUrl('sourceMappingURL='.repeat(200_000))).toBeUndefined()
    expect(sourceMapUrl('//# sourceMappingURL=\n'.repeat(200_000))).toBeUndefined()
  })
})

describe('the map it names', () => {
  it('may be in the comment itself', () => {
    const json = '{"a":"ä"}'
    const base64 = Buffer.from(json).toString('base64')
    expect(inlineMap(`data:application/json;base64,${base64}`)).toBe(json)
    expect(inlineMap(`data:application/json;charset=utf-8;base64,${base64}`)).toBe(json)
    expect(inlineMap(`data:application/json,${encodeURIComponent(json)}`)).toBe(json)
    expect(inlineMap('a.js.map')).toBeUndefined()
    expect(() => inlineMap('data:application/json,%E0%A4%A')).toThrow()
  })

  it('may be a file, and nothing else', () => {
    expect(locateMap('/app/dist/a.js', 'maps/a%20b.map')).toBe('/app/dist/maps/a b.map')
    expect(() => locateMap('/app/dist/a.js', 'https://cdn.example.com/a.map')).toThrow()
  })
})
