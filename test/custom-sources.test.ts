import { afterAll, beforeAll, expect, it } from 'vitest'
import { createStand, type Stand } from './support/stand.ts'

const APP = `
let n = 0
setInterval(() => {
  n++
}, 5)
`
let stand: Stand
beforeAll(async () => {
  stand = await createStand()
  await stand.write({ 'app.cjs': APP })
})
afterAll(() => stand.close())

const start = async (name: string, tags: string) => {
  stand.app(name, ['app.cjs'], { env: { LIGHTRUN_TAGS: tags } })
  await stand.agent(name)
}
const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await stand.lightrun(...args)
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}
const who = (hits: readonly { agentName: string }[]) => [...new Set(hits.map(({ agentName }) => agentName))].sort()

it('an action for a custom source binds to its agents, to those that start later, and follows its changes', async () => {
  await start('eu-1', 'eu,shop')
  await start('us-1', 'us,shop')
  expect(await run('sources', 'checkout', 'tag:eu+tag:shop')).toContain('custom:checkout  tag:eu+tag:shop  1')

  const { id } = JSON.parse(await run('log', 'custom:checkout', 'app.cjs:4', '{n}', '--json')) as { id: string }
  expect(who(await stand.hits(id, 1))).toEqual(['eu-1'])
  await start('eu-2', 'shop,eu')
  await stand.action(id, ({ agents }) => agents.some(({ displayName }) => displayName === 'eu-2'))

  await run('sources', 'checkout', 'tag:us')
  const moved = await stand.action(id, ({ agents }) => {
    const state = Object.fromEntries(agents.map(({ displayName, status }) => [displayName, status.state]))
    return state['eu-1'] === 'ended' && state['eu-2'] === 'ended' && state['us-1'] === 'hitting'
  })
  expect(moved.source).toEqual({ kind: 'custom', value: 'checkout', is: { kind: 'tag', value: 'us' } })

  const refused = await stand.lightrun('sources', 'checkout', '--rm')
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`lightrun rm ${id}`)])
  await run('rm', id)
  await run('sources', 'checkout', '--rm')
  expect((await stand.lightrun('log', 'custom:checkout', 'app.cjs:4', 'x')).stderr).toContain('source_unknown')
})
