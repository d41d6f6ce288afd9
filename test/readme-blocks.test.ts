import { describe, expect, it } from 'vitest'
import { runnableBlocks } from './readme-blocks.ts'

const fence = '```'
const markdown = (...lines: string[]) => `${lines.join('\n')}\n`

describe('runnableBlocks', () => {
  it('takes marked blocks only, with the line of the fence', () => {
    const text = markdown('# Title', `${fence}js`, 'plain()', fence, '', '<!-- run -->', `${fence}ts`, 'run()', fence)
    expect(runnableBlocks(text, 'a.md')).toEqual([
      { title: 'a.md:7', language: 'ts', commonjs: false, code: 'run()\n' },
    ])
  })

  it('pairs a block with the output that follows it, where … is anything', () => {
    const text = markdown('<!-- run -->', `${fence}js`, 'x', fence, '<!-- output -->', `${fence}text`, '(1) …!', fence)
    const [block] = runnableBlocks(text, 'a.md')
    expect('(1) of many!').toMatch(block?.output ?? /never/)
    expect('[1] of many!').not.toMatch(block?.output ?? /never/)
  })

  it('knows CommonJS by its require', () => {
    const text = markdown('<!-- run -->', `${fence}js`, "require('x')", fence)
    expect(runnableBlocks(text, 'a.md')[0]?.commonjs).toBe(true)
  })

  it('refuses what cannot be meant', () => {
    expect(() => runnableBlocks(markdown('<!-- run -->', `${fence}sh`, 'ls', fence), 'a.md')).toThrow('a.md:2')
    expect(() => runnableBlocks(markdown('<!-- output -->', `${fence}text`, 'x', fence), 'a.md')).toThrow('a.md:2')
  })
})
