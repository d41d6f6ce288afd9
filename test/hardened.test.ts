import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, type Stand } from './support/stand.ts'

const [major = 0] = process.versions.node.split('.').map(Number)
const PERMISSION = [
  major < 24 ? '--experimental-permission' : '--permission',
  '--allow-fs-read=*',
  ...(major < 26 ? [] : ['--allow-net']),
]

describe('a process that permits less', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({
      'work.cjs': 'exports.work = function work(n) {\n  return n * 2\n}\n',
      'app.cjs':
        "const { work } = require('./work.cjs')\nlet n = 0\nsetInterval(() => work(n++), 5)\nsetTimeout(() => console.log('goes on'), 2_000)\n",
      'module.mjs': 'export function twice(n) {\n  return n * 2\n}\n',
      'modules.mjs': "import { twice } from './module.mjs'\nlet n = 0\nsetInterval(() => twice(n++), 5)\n",
      'frozen.cjs': "Object.freeze(globalThis)\nrequire('./app.cjs')\n",
    })
  })
  afterAll(() => stand.close())

  it.each([
    ['--permission', PERMISSION],
    ['--disallow-code-generation-from-strings', ['--disallow-code-generation-from-strings']],
    ['--frozen-intrinsics', ['--frozen-intrinsics']],
  ])('is asked as any other: %s', async (name, flags) => {
    const app = stand.app(name, [...flags, 'app.cjs'], { env: { LIGHTRUN_MAX_CPU_COST: '50' } })
    await stand.agent(name)
    const action = await stand.client.createAction({
      source: name,
      position: { file: 'work.cjs', line: 2 },
      task: { type: 'log', format: '{n}', level: 'info', targets: ['server'] },
      condition: 'n > 1',
      maxHits: 1,
    })
    const [hit] = await stand.hits(action.id, 1)
    expect(hit?.data).toMatchObject({ text: expect.stringMatching(/^\d+$/) })
    await app.says(/goes on/)
  })

  it('permits no thread: ES modules have probes all the same', async () => {
    stand.app('modules', [...PERMISSION, 'modules.mjs'])
    await stand.agent('modules')
    const { stdout } = await stand.lightrun('log', 'modules', 'module.mjs:2', '{n}')
    expect(stdout).toMatch(/modules +(placed|hitting)\n/)
  })

  it('has a frozen global object: lightrun says so, and the application goes on', async () => {
    const app = stand.app('frozen', ['frozen.cjs'])
    await app.says(/goes on/)
    // Node 20 itself cannot load what it loads late.
    if (app.output().includes('lightrun: the agent could not be loaded')) return
    await stand.agent('frozen')
    const { stdout } = await stand.lightrun('log', 'frozen', 'work.cjs:2', '{n}')
    expect(stdout).toContain('cell_unavailable: the global object refuses')
  })

  it('permits nothing that the agent needs: the application goes on', async () => {
    const [permission = '', ...others] = PERMISSION
    const app = stand.app('nothing', [permission, `--allow-fs-read=${stand.folder}/*`, ...others.slice(1), 'app.cjs'], {
      env: { LIGHTRUN_API_ENDPOINT: 'http://127.0.0.1:9' },
      preload: false,
    })
    await app.says(/goes on/)
  })
})
