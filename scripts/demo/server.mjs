// lightrun-server on an embedded database, in a folder of its own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const START_MS = 60_000
const packageUrl = new URL('../../packages/server-reference/package.json', import.meta.url)

/**
 * @param {ReturnType<import('./processes.mjs').createProcesses>} processes
 * @param {string} folder for the database
 * @returns {Promise<{ url: string, apiKey: string, lightrunSecret: string }>}
 */
export async function startServer(processes, folder) {
  const { bin } = JSON.parse(readFileSync(packageUrl, 'utf8'))
  const bootstrap = join(folder, 'bootstrap.json')
  const server = processes.start('lightrun-server', [
    process.execPath,
    fileURLToPath(new URL(bin['lightrun-server'], packageUrl)),
    ...['--storage', `pglite:${join(folder, 'database')}`],
    ...['--port', '0', '--bootstrap-file', bootstrap],
  ])
  await server.line(/^lightrun-server listens on /, START_MS)
  return JSON.parse(readFileSync(bootstrap, 'utf8'))
}
