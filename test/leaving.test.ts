import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, type Running, type Stand } from './support/stand.ts'

/** Twice what an application that does nothing needs here, and far less than any timeout of ours. */
const SOON_MS = 5_000

describe('the SDK keeps no process alive', () => {
  let stand: Stand
  let silent: Server
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({
      'empty.mjs': '',
      'short.mjs': "setTimeout(() => console.log('done'), 700)",
      'stop.mjs':
        "import lightrun from '@lightrun/sdk-node'\nconst agent = lightrun.start()\nawait lightrun.stop()\nconsole.log('stopped', agent.id === undefined)",
    })
    silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    silent.close()
    await stand.close()
  })

  const port = () => (silent.address() as { port: number }).port

  it.each<[string, string, () => Record<string, string>]>([
    ['a server that answers', 'empty.mjs', () => ({})],
    ['a poll under way', 'short.mjs', () => ({})],
    ['no server', 'short.mjs', () => ({ LIGHTRUN_API_ENDPOINT: 'http://127.0.0.1:9' })],
    ['a server that never answers', 'short.mjs', () => ({ LIGHTRUN_API_ENDPOINT: `http://127.0.0.1:${port()}` })],
    ['a wrong key', 'short.mjs', () => ({ LIGHTRUN_SECRET: 'lr_pool_wrong' })],
    ['no key', 'short.mjs', () => ({ LIGHTRUN_SECRET: '' })],
    ['options that are wrong', 'short.mjs', () => ({ LIGHTRUN_API_ENDPOINT: 'nonsense' })],
  ])('with %s', async (_name, file, env) => {
    const app = stand.app('leaving', [file], { env: env() })
    expect(await exitCode(app)).toBe(0)
    if (file === 'short.mjs') expect(app.output()).toContain('done')
  })

  it('says nothing on its own where all is well', async () => {
    const app = stand.app('quiet', ['short.mjs'])
    await exitCode(app)
    expect(app.output()).toBe('done\n')
  })

  it('after a question was answered', async () => {
    await stand.write({
      'asked.cjs': 'let n = 0\nconst timer = setInterval(() => {\n  n++\n  if (n > 300) clearInterval(timer)\n}, 5)\n',
    })
    const action = await stand.client.createAction({
      source: 'tag:asked',
      position: { file: 'asked.cjs', line: 4 },
      task: { type: 'log', format: '{n}', level: 'info', targets: ['server'] },
    })
    const app = stand.app('asked', ['asked.cjs'], { env: { LIGHTRUN_TAGS: 'asked' } })
    await stand.hits(action.id, 1)
    expect(await exitCode(app)).toBe(0)
  })

  it('says once that no server answers', async () => {
    const app = stand.app('alone', ['short.mjs'], { env: { LIGHTRUN_API_ENDPOINT: 'http://127.0.0.1:9' } })
    await exitCode(app)
    expect(app.output().match(/lightrun: server_unreachable: .*127\.0\.0\.1:9/g)).toHaveLength(1)
  })

  it('leaves the exit code and the error of an application that fails', async () => {
    await stand.write({ 'fails.mjs': "\nthrow new TypeError('mine')" })
    const app = stand.app('fails', ['fails.mjs'])
    expect(await exitCode(app)).toBe(1)
    expect(app.output()).toMatch(/fails\.mjs:2[\s\S]*TypeError: mine/)
  })
})

async function exitCode({ child }: Running): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`still alive after ${SOON_MS} ms`))
    }, SOON_MS)
    child.once('exit', (code) => {
      clearTimeout(timer)
      resolve(code)
    })
  })
}
