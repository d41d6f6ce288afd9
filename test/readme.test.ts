import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunnableBlock, runnableBlocks } from './readme-blocks.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
/** Inside the repository, so that the blocks import the packages that were built. */
const scratch = join(root, '.cache/readme')

const readmes = ['README.md']
for (const folder of await readdir(join(root, 'packages'))) readmes.push(`packages/${folder}/README.md`)
const blocks: RunnableBlock[] = []
for (const readme of readmes) {
  const text = await readFile(join(root, readme), 'utf8').catch(() => '')
  blocks.push(...runnableBlocks(text, readme))
}

describe('a code block of a README that is marked <!-- run -->', () => {
  beforeAll(() => mkdir(scratch, { recursive: true }))
  afterAll(() => rm(scratch, { recursive: true, force: true }))

  it('exists', () => expect(blocks).not.toEqual([]))

  it.each(blocks)('$title prints what the README shows', async (block) => {
    const file = join(scratch, `${block.title.replace(/\W+/g, '-')}.${block.commonjs ? 'cjs' : 'mjs'}`)
    await writeFile(file, asJavaScript(block))
    const { stdout } = await run(process.execPath, [file], { cwd: scratch, timeout: 30_000 })
    if (block.output !== undefined) expect(stdout.trim()).toMatch(block.output)
  })
})

function asJavaScript({ code, language, commonjs }: RunnableBlock): string {
  if (language === 'js') return code
  const module = commonjs ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext
  return ts.transpileModule(code, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } }).outputText
}
