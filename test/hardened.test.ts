import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, type Stand, start } from './support/stand.ts'

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

  // Node 26 makes such executables by itself; before, another program has to.
  it.runIf(major >= 26)(
    'is a single executable: files that it requires from disk after the start are served',
    async () => {
      await stand.write({
        'single.cjs': `const load = require('node:module').createRequire(process.cwd() + '/')
load('@lightrun/sdk-node').start()
load('./work.cjs')
require('node:sea').isSea() && load('./app.cjs')
`,
        'sea.json': JSON.stringify({ main: 'single.cjs', output: 'single', disableExperimentalSEAWarning: true }),
      })
      const { folder, bootstrap } = stand
      execFileSync(process.execPath, ['--build-sea', 'sea.json'], { cwd: folder })
      const app = start(join(folder, 'single'), [], {
        cwd: folder,
        env: {
          LIGHTRUN_SECRET: bootstrap.lightrunSecret,
          LIGHTRUN_API_ENDPOINT: bootstrap.url,
          LIGHTRUN_DISPLAY_NAME: 'single',
        },
      })
      try {
        await stand.agent('single')
        const { stdout } = await stand.lightrun('log', 'single', 'work.cjs:2', '{n}')
        expect(stdout).toMatch(/single +(placed|hitting)\n/)
        await app.says(/goes on/)
      } finally {
        await app.kill('SIGKILL')
      }
    },
  )

  it('permits nothing that the agent needs: the application goes on', async () => {
    const [permission = '', ...others] = PERMISSION
    const app = stand.app('nothing', [permission, `--allow-fs-read=${stand.folder}/*`, ...others.slice(1), 'app.cjs'], {
      env: { LIGHTRUN_API_ENDPOINT: 'http://127.0.0.1:9' },
      preload: false,
    })
    await app.says(/goes on/)
  })
})
