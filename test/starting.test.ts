import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, type Stand } from './support/stand.ts'

const LIBRARY_CJS = 'exports.double = function double(n) {\n  return n * 2\n}\n'
const LIBRARY_ESM = 'export function double(n) {\n  return n * 2\n}\n'
const run = (double: string) => `let n = 0\nsetInterval(() => ${double}(n++), 5)\n`
const OPTIONS = 'process.env.OPTIONS ? JSON.parse(process.env.OPTIONS) : undefined'

describe('starting in the application itself', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({
      'library.cjs': LIBRARY_CJS,
      'library.mjs': LIBRARY_ESM,
      'require.cjs': `require('@lightrun/sdk-node').start(${OPTIONS})\nconst library = require('./library.cjs')\n${run('library.double')}`,
      'default.mjs': `import lightrun from '@lightrun/sdk-node'\nlightrun.start(${OPTIONS})\nconst library = await import('./library.mjs')\n${run('library.double')}`,
      'namespace.mjs': `import * as lightrun from '@lightrun/sdk-node'\nlightrun.start(${OPTIONS})\nconst { default: library } = await import('./library.cjs')\n${run('library.double')}`,
      'entry.cjs': "require('@lightrun/sdk-node').start()\nlet n = 0\nsetInterval(() => {\n  n++\n}, 20)\n",
      'both.mjs': `import lightrun from '@lightrun/sdk-node'\nimport { createRequire } from 'node:module'\nconst same = createRequire(import.meta.url)('@lightrun/sdk-node').get() === lightrun.get()\nconsole.log('one agent ' + (same && lightrun.get() !== undefined))\nsetTimeout(() => {}, 300)\n`,
      'short.mjs': `import lightrun from '@lightrun/sdk-node'\nconst agent = await lightrun.asyncStart()\nconst { double } = await import('./library.mjs')\nfor (let n = 0; n < 3; n++) double(n)\nawait new Promise((resolve) => setTimeout(resolve, 200))\nfor (let n = 10; n < 13; n++) double(n)\nawait lightrun.stop()\nconsole.log('registered ' + agent.registered, lightrun.get())\n`,
      'wrong.mjs': `import lightrun from '@lightrun/sdk-node'\nconst agent = lightrun.start({ lightrunSecret: 'k', colour: 'blue' })\nconsole.log('goes on', agent)\n`,
    })
  })
  afterAll(() => stand.close())

  it.each([
    ['require.cjs', 'library.cjs'],
    ['default.mjs', 'library.mjs'],
    ['namespace.mjs', 'library.cjs'],
  ])('%s: what loads after the start can be asked', async (entry, library) => {
    stand.app(entry, [entry], { preload: false })
    await stand.agent(entry)
    const { code, stdout, stderr } = await stand.lightrun(
      'log',
      entry,
      `${library}:2`,
      'n is {n}',
      '--max-hits',
      '1',
      '--json',
    )
    expect(code, stderr).toBe(0)
    const [hit] = await stand.hits((JSON.parse(stdout) as { id: string }).id, 1)
    expect(hit?.data).toMatchObject({ text: expect.stringMatching(/^n is \d+$/) })
  })

  it('what was there before the agent is served by the inspector, and the status says why', async () => {
    stand.app('entry', ['entry.cjs'], { preload: false })
    await stand.agent('entry')
    const position = { file: 'entry.cjs', line: 4 }
    const task = { type: 'log' as const, format: '{n}', level: 'info' as const, targets: ['server' as const] }
    const { id } = await stand.client.createAction({ source: 'entry', position, task, condition: 'n < 0' })
    const { agents } = await stand.action(id, ({ agents }) => agents.some(({ status }) => status.state === 'placed'))
    expect(agents[0]?.status).toMatchObject({
      engine: 'inspector',
      reason: expect.stringContaining('it was loaded before lightrun'),
    })
    const asked = await stand.client.createAction({ source: 'entry', position, task, maxHits: 1 })
    const [hit] = await stand.hits(asked.id, 1)
    expect(hit?.data).toMatchObject({ text: expect.stringMatching(/^\d+$/) })
  })

  it('options of the caller reach the agent', async () => {
    const options = { metadata: { registration: { tags: [{ name: 'blue' }] } } }
    stand.app('options', ['require.cjs'], { preload: false, env: { OPTIONS: JSON.stringify(options) } })
    expect(await stand.agent('options')).toMatchObject({ tags: ['blue'], displayName: 'options' })
  })

  it('import and require share one agent with the preload', async () => {
    const app = stand.app('both', ['both.mjs'])
    await app.says(/one agent true/)
  })

  it('a process that is soon over waits for its questions, and delivers before it leaves', async () => {
    const action = await stand.client.createAction({
      source: 'tag:short',
      position: { file: 'library.mjs', line: 2 },
      task: { type: 'log', format: 'n is {n}', level: 'info', targets: ['server'] },
    })
    const app = stand.app('short', ['short.mjs'], { preload: false, env: { LIGHTRUN_TAGS: 'short' } })
    await app.says(/registered true undefined/)
    const texts = (await stand.hits(action.id, 3)).map(({ data }) => (data.type === 'log' ? data.text : ''))
    expect(texts.slice(-3)).toEqual(['n is 10', 'n is 11', 'n is 12'])
  })

  it('options that do not exist are named, and the application goes on', async () => {
    const app = stand.app('wrong', ['wrong.mjs'], { preload: false })
    await app.says(/goes on undefined/)
    expect(app.output()).toMatch(/lightrun: config_invalid: lightrun\.start\(\)[\s\S]*colour/)
  })
})
