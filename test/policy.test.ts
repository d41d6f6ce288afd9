import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ActionView, DEFAULT_POLICY } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, lineOf, type Stand } from './support/stand.ts'

const APP = `
const customer = { mail: 'ada@example.com', card: 4111111111111111, staff: 'EMP-4711', vat: 'U1234', password: 'hunter2' }
let n = 0
setInterval(() => {
  n++
  const note = 'paid by ' + customer.mail
  console.log(n, note.length)
}, 5)
`
const at = `app.mjs:${lineOf(APP, 'console.log')}`

describe('a policy reaches a running application', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'app.mjs': APP })
    stand.app('app', ['app.mjs'])
    await stand.agent('app')
  })
  afterAll(() => stand.close())

  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await stand.lightrun(...args)
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
    return stdout
  }
  const ask = async (...args: string[]): Promise<ActionView> => JSON.parse(await run(...args, '--json'))
  const snapshot = async () => {
    const { id } = await ask('snapshot', 'app', at, '--watch', 'customer')
    const [hit] = await stand.hits(id, 1)
    return JSON.stringify(hit?.data)
  }
  const lastLine = async (id: string) => {
    const { hits } = await stand.client.hits(id, { limit: 1_000 })
    const data = hits.at(-1)?.data
    return data?.type === 'log' ? data.text : ''
  }
  const until = async (isSo: () => Promise<boolean>) => {
    const start = Date.now()
    while (!(await isSo())) {
      if (Date.now() - start > 10_000) throw new Error('waited in vain')
      await sleep(50)
    }
    return Date.now() - start
  }

  it('secrets are hidden by name and by how they look, before anybody decides', async () => {
    const seen = await snapshot()
    expect(seen).not.toMatch(/hunter2|ada@example|4111111111111111/)
    expect(seen).toContain('paid by <redacted: e-mail>')
    expect(seen).toContain('EMP-4711')
  })

  it('names and patterns of a new policy hold for questions that are asked already', async () => {
    const { id } = await ask('log', 'app', at, '{n} {note} {customer.staff} {customer.vat}', '--max-hits', '10000')
    await until(async () => (await lastLine(id)).endsWith('<redacted: e-mail> EMP-4711 U1234'))
    const patterns = [{ name: 'staff', pattern: 'EMP-\\d+' }]
    const file = join(stand.folder, 'redaction.json')
    await writeFile(file, JSON.stringify({ ...DEFAULT_POLICY.redaction, names: ['vat'], packs: [], patterns }))
    await run('redaction', file)
    const { hits } = await stand.client.hits(id, { limit: 1_000 })
    const after = hits.at(-1)?.id ?? 0
    await until(async () => {
      const later = (await stand.client.hits(id, { after, limit: 1_000 })).hits.map(({ data }) => data)
      return later.some((data) => data.type === 'log' && data.text.includes('<redacted: staff> <redacted>'))
    })
    expect(await snapshot()).not.toMatch(/EMP-4711|U1234|hunter2/)
    await run('rm', id)
  })

  it.each<[string, object, RegExp]>([
    ['look-around', { name: 'order', pattern: '(?<=order )\\d+' }, /pattern_invalid: patterns\.1 \(order\): .*\(\?</],
    ['a bracket too many', { name: 'order', pattern: 'O-\\d+)' }, /pattern_invalid: patterns\.1 \(order\): .*\)/],
    ['a match of nothing', { name: 'order', pattern: '\\d*' }, /pattern_invalid: patterns\.1 \(order\): .*empty/],
    ['no pattern at all', { name: 'order' }, /config_invalid: .*patterns\.1\.pattern: is missing/],
    ['a flag', { name: 'order', pattern: 'o-\\d+', flags: 'i' }, /config_invalid: .*patterns\.1\.flags: unknown/],
  ])('a broken pattern (%s) is refused with its reason, and the others stay in force', async (_what, broken, why) => {
    const staff = { name: 'staff', pattern: 'EMP-\\d+' }
    const file = join(stand.folder, 'redaction.json')
    await writeFile(file, JSON.stringify({ ...DEFAULT_POLICY.redaction, names: ['vat'], patterns: [staff] }))
    await run('redaction', file)
    await until(async () => !/EMP-4711|U1234/.test(await snapshot()))

    await writeFile(file, JSON.stringify({ ...DEFAULT_POLICY.redaction, patterns: [staff, broken] }))
    const refused = await stand.lightrun('redaction', file)
    expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringMatching(why)])
    expect((await stand.client.policy()).redaction).toMatchObject({ names: ['vat'], patterns: [staff] })
    const seen = await snapshot()
    expect(seen).not.toMatch(/EMP-4711|U1234|hunter2|ada@/)
    expect(seen).toContain('<redacted: staff>')
    await writeFile(file, JSON.stringify(DEFAULT_POLICY.redaction))
    await run('redaction', file)
  })

  it('a policy with a misspelt name is refused: what it was to hide would be shown', async () => {
    const file = join(stand.folder, 'redaction.json')
    await writeFile(file, JSON.stringify({ ...DEFAULT_POLICY.redaction, showonly: ['n'] }))
    const { code, stderr } = await stand.lightrun('redaction', file)
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining('showonly: unknown (did you mean showOnly?)')])
  })

  it('showing only some names shows no other', async () => {
    const file = join(stand.folder, 'redaction.json')
    await writeFile(file, JSON.stringify({ ...DEFAULT_POLICY.redaction, showOnly: ['n', 'customer', 'vat'] }))
    await run('redaction', file)
    await until(async () => {
      const seen = await snapshot()
      return seen.includes('U1234') && !/EMP-4711|paid by|ada@/.test(seen)
    })
    await writeFile(file, JSON.stringify(DEFAULT_POLICY.redaction))
    await run('redaction', file)
  })

  it('detached agents take everything off within a second, and put it back when they are attached', async () => {
    const { id } = await ask('counter', 'app', at, 'ticks')
    const count = async () => (await stand.client.action(id)).hitCount
    await until(async () => (await count()) > 0)
    expect(await run('detach', 'on')).toContain('all agents are detached')
    const view = await stand.action(id, ({ agents }) => agents[0]?.status.state === 'ended')
    expect(view.state).toBe('active')
    await sleep(1_000)
    const before = await count()
    await sleep(1_500)
    expect(await count()).toBe(before)
    await run('detach', 'off')
    await until(async () => (await count()) > before)
  })

  it('detaches the agents of one pool, and leaves the others', async () => {
    const { key } = await stand.client.createPool('eu')
    stand.app('european', ['app.mjs'], { env: { LIGHTRUN_SECRET: key } })
    await stand.agent('european')
    const { id } = await ask('counter', 'app,european', at, 'ticks')
    const states = (isSo: (app?: string, european?: string) => boolean) =>
      stand.action(id, ({ agents }) => {
        const stateOf = (name: string) => agents.find(({ displayName }) => displayName === name)?.status.state
        return isSo(stateOf('app'), stateOf('european'))
      })
    expect(await run('detach', 'on', '--pool', 'eu')).toContain('the agents of the pool eu are detached')
    await states((app, european) => app === 'hitting' && european === 'ended')
    await run('detach', 'off')
    await states((app, european) => app === 'hitting' && european === 'hitting')
  })
})
