import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createStand, REGISTER, type Stand } from './support/stand.ts'

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
  await stand.write({
    'package.json': '{"type":"module"}',
    'vitest.config.js': 'export default { test: { pool: process.env.POOL } }',
    'src/sum.ts': 'export function sum(a: number, b: number): number {\n  const total = a + b\n  return total\n}\n',
    'test/sum.test.ts': `import { expect, test } from 'vitest'
import { sum } from '../src/sum.ts'
test('sums until it is told to stop', async () => {
  const end = Date.now() + 15_000
  while (Date.now() < end) {
    expect(sum(1, 2)).toBe(3)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}, 30_000)
`,
  })
})
afterAll(() => stand.close())

async function ask(pool: string): Promise<string> {
  stand.app(pool, [VITEST, 'run'], {
    preload: false,
    env: { NODE_OPTIONS: `--import ${REGISTER}`, POOL: pool, VITEST: '', LIGHTRUN_MAX_CPU_COST: '50' },
  })
  await stand.agent(pool)
  const action = await stand.client.createAction({
    source: pool,
    position: { file: 'src/sum.ts', line: 3 },
    task: { type: 'log', format: '{a} + {b} = {total}', level: 'info', targets: ['server'] },
  })
  return action.id
}

it.each(['forks', 'threads'])(
  'what Vitest compiles in the pool %s is served by the inspector, in its source',
  async (pool) => {
    const [hit] = await stand.hits(await ask(pool), 1)
    expect(hit?.data).toMatchObject({ text: '1 + 2 = 3' })
  },
)

it('what Vitest runs in a realm of its own is not served, and the status says so', async () => {
  const { agents } = await stand.action(await ask('vmThreads'), ({ agents }) =>
    agents.some(({ status }) => status.state === 'failed' && status.code === 'file_not_woven'),
  )
  const told = agents.map(({ status }) => (status.state === 'failed' ? status.message : ''))
  expect(told).toContainEqual(
    expect.stringMatching(/src\/sum\.ts runs in a realm of its own.*pool: 'forks' or 'threads'/),
  )
})
