import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareDirectory } from '../src/storage/pglite/prepare-directory.ts'

const { dependencies } = createRequire(import.meta.url)('../package.json') as { dependencies: Record<string, string> }
const template = join(tmpdir(), `lightrun-server-test-template-${dependencies['@electric-sql/pglite']}`)

/** A storage directory with an empty database: copied from one that is made once per machine, for initdb takes 4 s. */
export async function temporaryDirectory(): Promise<{ directory: string; remove: () => Promise<void> }> {
  if (!existsSync(template)) await makeTemplate()
  const directory = await mkdtemp(join(tmpdir(), 'lightrun-server-'))
  await cp(template, directory, { recursive: true })
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) }
}

async function makeTemplate(): Promise<void> {
  const draft = await mkdtemp(join(tmpdir(), 'lightrun-server-template-'))
  await mkdir(draft, { recursive: true })
  await prepareDirectory(draft)
  try {
    await rename(draft, template)
  } catch {
    // Another test file was faster.
    await rm(draft, { recursive: true, force: true })
  }
}
