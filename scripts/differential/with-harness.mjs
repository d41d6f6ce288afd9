import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildHarness } from '../../packages/instrument/test/differential/build.mjs'

/** Builds the differential harness from the present sources, hands it to `use`, and leaves nothing behind. */
export async function withHarness(use) {
  const folder = mkdtempSync(join(tmpdir(), 'lightrun-harness-'))
  try {
    await buildHarness(folder)
    return await use(await import(pathToFileURL(join(folder, 'index.mjs')).href), join(folder, 'preload.cjs'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
