import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from './error-codes.ts'

const folder = new URL('../../../../docs/errors/', import.meta.url)
const pages = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')

describe('the pages of docs/errors', () => {
  it('are one for each code, and none besides', () => {
    expect(pages.map((name) => name.replace(/\.md$/, '')).sort()).toEqual([...ERROR_CODES].sort())
  })

  it.each(ERROR_CODES)('%s: says what happened, why, and what to do', (code) => {
    const page = readFileSync(new URL(`${code}.md`, folder), 'utf8')
    expect(page).toMatch(new RegExp(`^# \`${code}\`\n`))
    const sections = page.split(/^## /m).slice(1)
    expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(['What happened', 'Why', 'What to do'])
    for (const section of sections) expect(section.split('\n').slice(1).join('').trim()).not.toBe('')
  })

  it('are all linked from the index, under the order of the list', () => {
    const index = readFileSync(new URL('README.md', folder), 'utf8')
    expect([...index.matchAll(/\]\((\w+)\.md\)/g)].map((match) => match[1])).toEqual([...ERROR_CODES])
  })
})
