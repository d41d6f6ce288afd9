// The `lightrun` command as a user runs it: a process, given arguments and an environment.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const packageUrl = new URL('../../packages/cli/package.json', import.meta.url)

/** @param {Record<string, string>} env `LIGHTRUN_SERVER` and `LIGHTRUN_API_KEY` */
export function createLightrun(env) {
  const { bin } = JSON.parse(readFileSync(packageUrl, 'utf8'))
  const script = new URL(bin.lightrun, packageUrl).pathname
  const options = { env: { ...process.env, ...env } }

  return {
    /** Runs it before the user's eyes. */
    async show(...args) {
      console.log(`\n$ lightrun ${args.map(shellWord).join(' ')}`)
      const child = spawn(process.execPath, [script, ...args], { ...options, stdio: ['ignore', 'inherit', 'inherit'] })
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error(`lightrun ${args[0]} ended with exit code ${code}`)
    },
    /** Runs it with --json, for the demo to check what it tells; one value a line. */
    async json(...args) {
      const { stdout } = await promisify(execFile)(process.execPath, [script, '--json', ...args], options)
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
  }
}

export function shellWord(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
