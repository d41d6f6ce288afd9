import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProxyServer } from '../packages/transport-http/test/proxy-server.ts'
import { createStand, type Stand, until } from './support/stand.ts'

describe('options of a real process', () => {
  let stand: Stand
  let logs: string
  beforeAll(async () => {
    stand = await createStand()
    logs = await mkdtemp(join(tmpdir(), 'lightrun-logs-'))
    await stand.write({
      'stays.cjs': 'setInterval(() => {}, 1_000)\n',
      'events.cjs':
        "const lightrun = require('@lightrun/sdk-node')\nfor (const event of ['started', 'registered', 'remotelyDisabled', 'stopped']) lightrun.on(event, () => console.log('<' + event + '>'))\nlightrun.start()\nsetInterval(() => {}, 1_000)\nlightrun.on('remotelyDisabled', () => setTimeout(lightrun.stop, 200))\nlightrun.on('stopped', () => process.exit(0))\ntry { lightrun.on('begun', () => {}) } catch (error) { console.log(error.code) }\n",
      'extra/node_modules/team/index.cjs': 'let n = 0\nsetInterval(() => {\n  n++\n}, 10)\n',
      'callers/node_modules/dep/index.cjs':
        'exports.run = function run(work) {\n  const inDependency = 1\n  return work(inDependency)\n}\n',
      'callers/app.cjs':
        "const { run } = require('dep/index.cjs')\nfunction work(n) {\n  return n + 1\n}\nfunction outer() {\n  const mine = 2\n  return run(work) + mine\n}\nsetInterval(() => outer(), 20)\n",
      'extra/app.cjs': "require('team/index.cjs')\n",
    })
  })
  afterAll(async () => {
    await stand.close()
    await rm(logs, { recursive: true, force: true })
  })

  it('a proxy: everything goes through it, with credentials', async () => {
    const proxy = await createProxyServer('ann:pass')
    stand.app('proxied', ['stays.cjs'], {
      env: {
        LIGHTRUN_PROXY_HOST: '127.0.0.1',
        LIGHTRUN_PROXY_PORT: String(proxy.port),
        LIGHTRUN_PROXY_USERNAME: 'ann',
        LIGHTRUN_PROXY_PASSWORD: 'pass',
      },
    })
    await stand.agent('proxied')
    expect(proxy.asked[0]).toBe(`POST ${stand.bootstrap.url}/agent/v1/frames`)
    await proxy.close()
  })

  it('a proxy that refuses the credentials: said once, without them, and the application goes on', async () => {
    const proxy = await createProxyServer('ann:pass')
    const port = String(proxy.port)
    const env = { LIGHTRUN_PROXY_HOST: '127.0.0.1', LIGHTRUN_PROXY_PORT: port, LIGHTRUN_PROXY_PASSWORD: 'hush-hush' }
    const app = stand.app('refused', ['stays.cjs'], { env: { ...env, LIGHTRUN_PROXY_USERNAME: 'eve' } })
    await app.says(/lightrun: server_error: .*407/)
    expect(app.output()).not.toContain('hush-hush')
    expect(app.child.exitCode).toBe(null)
    await proxy.close()
  })

  it('the log in files: what would be on stderr, and more, for this user only', async () => {
    const app = stand.app('logs', ['stays.cjs'], { env: { AGENT_LOG_TARGET_DIR: logs } })
    const text = await until('the log', async () => {
      const [name] = await readdir(logs)
      const written = name === undefined ? '' : await readFile(join(logs, name), 'utf8')
      return written.includes('registered') ? written : undefined
    })
    expect(await readdir(logs)).toEqual([`lightrun-agent-${app.child.pid}.log`])
    expect(text).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}agent [\w-]+ started\n.* info {2}registered at http:.* as logs\n/,
    )
    expect(app.output()).toBe('')
  })

  it('extraPaths: what lies in them is woven like the application', async () => {
    const cwd = join(stand.folder, 'extra')
    stand.app('extra', ['app.cjs'], { cwd, env: { LIGHTRUN_EXTRA_PATHS: join(cwd, 'node_modules/team') } })
    await stand.agent('extra')
    const { id } = await stand.client.createAction({
      source: 'extra',
      position: { file: 'team/index.cjs', line: 3 },
      task: { type: 'counter', name: 'n' },
    })
    const { agents } = await stand.action(id, ({ agents }) => agents.some(({ status }) => status.state === 'hitting'))
    expect(agents[0]?.status).toMatchObject({ engine: 'weave' })
  })

  it.each([
    ['by default those of the application', undefined, [false, true]],
    ['those of dependencies, too', { includeNodeModules: true }, [true, true]],
    ['fewer', { includeNodeModules: true, maxExpandFrames: 2 }, [true, false]],
    ['none', { maxExpandFrames: 1 }, [false, false]],
  ])('capture: variables of callers, %s', async (_, capture, expected) => {
    const name = `callers-${JSON.stringify(expected)}`
    await stand.write({ 'callers/config.json': JSON.stringify({ capture: capture ?? {} }) })
    const cwd = join(stand.folder, 'callers')
    stand.app(name, ['app.cjs'], { cwd, env: { LIGHTRUN_AGENT_CONFIG: join(cwd, 'config.json') } })
    await stand.agent(name)
    const { id } = await stand.client.createAction({
      source: name,
      position: { file: 'callers/app.cjs', line: 3 },
      task: { type: 'snapshot', watches: [], callerFrames: 2 },
      maxHits: 1,
    })
    const [hit] = await stand.hits(id, 1)
    if (hit?.data.type !== 'snapshot') throw new Error('no snapshot')
    const [work, run, outer] = hit.data.frames
    expect([work?.function, run?.function, outer?.function]).toEqual(['work', 'run', 'outer'])
    expect([run?.variables !== undefined, outer?.variables !== undefined]).toEqual(expected)
  })

  it('events tell what becomes of the agent', async () => {
    const app = stand.app('events', ['events.cjs'], { preload: false })
    await stand.agent('events')
    await app.says(/<started>[\s\S]*request_invalid[\s\S]*<registered>/)
    await stand.client.setDetached(true)
    await app.says(/<remotelyDisabled>[\s\S]*<stopped>/)
    await stand.client.setDetached(false)
  })
})
