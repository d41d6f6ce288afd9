import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** End-to-end tests start real processes, and those run what was built. */
export async function setup(): Promise<void> {
  const script = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, '--js'], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('the packages do not build; see above')
}
