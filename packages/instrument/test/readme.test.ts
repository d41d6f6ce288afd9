import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as instrument from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

function fenced(language: string): string {
  return readme.match(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms'))![1]!
}

test('the example prints what the README says', () => {
  const code = fenced('js').replace(/^import (.*) from '@lightrun\/instrument'$/m, 'const $1 = instrument')
  const lines: string[] = []
  new Function('instrument', 'console', code)(instrument, { log: (line: string) => lines.push(`${line}\n`) })
  expect(lines.join('')).toBe(fenced('text'))
})
