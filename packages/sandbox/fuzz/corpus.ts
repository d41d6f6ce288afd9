import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Every expression of every file: one a line; a line that begins with `#` says what the next ones are for. */
export function readCorpus(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return files.sort().flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(isExpression))
}

/** Keeps what was found, so that it is looked at first from then on. */
export function keep(folder: string, source: string, why: string): void {
  appendFileSync(join(folder, 'found.txt'), `# ${why.replaceAll(/\s+/g, ' ').slice(0, 160)}\n${source}\n`)
}

const isExpression = (line: string) => line !== '' && !line.startsWith('#')
