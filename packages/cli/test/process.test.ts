import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createScriptedServer, hitView, ok, type ScriptedServer } from '@lightrun/client/testing'
import { build } from 'tsup'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

/** `main.ts` as a process of its own: bundled from the sources of all packages, so that no build is needed before. */
let folder: string
let server: ScriptedServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lightrun-cli-'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', version: '9.9.9' }))
  await build({
    config: false,
    silent: true,
    entry: [fileURLToPath(new URL('../src/main.ts', import.meta.url))],
    outDir: join(folder, 'dist'),
    format: 'esm',
    target: 'node20',
    noExternal: [/.*/],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    esbuildOptions: (options) => {
      options.conditions = ['@lightrun/source']
    },
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(async () => {
  server = await createScriptedServer()
  server.on('GET /api/v1/actions', ok({ actions: [] }))
})
afterEach(() => server.close())

function start(...args: string[]): { child: ChildProcess; ended: Promise<unknown[]>; output(): string } {
  const env = { ...process.env, LIGHTRUN_SERVER: server.url, LIGHTRUN_API_KEY: 'key-1' }
  const child = spawn(process.execPath, [join(folder, 'dist/main.js'), ...args], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return { child, ended: once(child, 'close'), output: () => output }
}

describe('the process', () => {
  test('ends by itself once it has said everything', async () => {
    const { ended, output } = start('--version')
    expect(await ended).toEqual([0, null])
    expect(output()).toBe('9.9.9\n')
    const actions = start('actions', '--json')
    expect(await actions.ended).toEqual([0, null])
    expect(actions.output()).toBe('[]\n')
  })

  test('ends with 130 on Ctrl-C', async () => {
    const { child, ended, output } = start('tail')
    await server.events.connected(1)
    child.kill('SIGINT')
    expect(await ended).toEqual([130, null])
    expect(output()).toBe('')
  })

  test('is quiet when its reader leaves (| head)', async () => {
    const { child, ended, output } = start('tail')
    await server.events.connected(1)
    const first = once(child.stdout as NodeJS.ReadableStream, 'data')
    server.events.emit({ kind: 'hit', hit: hitView() })
    await first
    child.stdout?.destroy()
    const more = setInterval(() => server.events.emit({ kind: 'hit', hit: hitView() }), 5)
    expect(await ended).toEqual([0, null])
    clearInterval(more)
    expect(output().trim().split('\n')).toHaveLength(1)
  })
})
