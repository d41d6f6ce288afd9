import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok, problem } from '@lightrun/client/testing'
import { DEFAULT_POLICY } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHarness, type Harness, text } from './harness.ts'

let cli: Harness
let directory: string
beforeEach(async () => {
  cli = await createHarness()
  directory = await mkdtemp(join(tmpdir(), 'lightrun-cli-'))
})
afterEach(async () => {
  await cli.server.close()
  await rm(directory, { recursive: true })
})
const fileOf = async (content: string) => {
  const file = join(directory, 'redaction.json')
  await writeFile(file, content)
  return file
}

describe('redaction', () => {
  test('shows what never leaves the services', async () => {
    const patterns = [{ name: 'staff', pattern: 'EMP-\\d+' }]
    const redaction = { ...DEFAULT_POLICY.redaction, names: ['vat'], patterns }
    cli.server.on('GET /api/v1/policy', ok({ ...DEFAULT_POLICY, redaction }))
    expect((await cli.run('redaction')).out).toBe(
      text`
      names     the usual secrets, vat
      packs     cards, bank, keys, email
      patterns  staff /EMP-\\d+/
    `.replaceAll('\\\\', '\\'),
    )
    expect(JSON.parse((await cli.run('redaction --json')).out)).toEqual(redaction)
  })

  test('sets what a file says', async () => {
    const redaction = { ...DEFAULT_POLICY.redaction, showOnly: ['total'] }
    cli.server.on('PUT /api/v1/policy/redaction', ({ body }) => ok({ ...DEFAULT_POLICY, redaction: body }))
    const { code, out } = await cli.run(['redaction', await fileOf(JSON.stringify(redaction))])
    expect(code).toBe(0)
    expect(out).toContain('show only total')
  })

  test.each([
    ['{', 'cannot be used'],
    ['{"names":[]}', 'defaultNames'],
  ])('a file with %j sets nothing', async (content, why) => {
    const { code, err } = await cli.run(['redaction', await fileOf(content)])
    expect(code).not.toBe(0)
    expect(err).toContain('config_invalid')
    expect(err).toContain(why)
  })

  test('a broken pattern is told in the words of the server', async () => {
    const file = await fileOf(JSON.stringify(DEFAULT_POLICY.redaction))
    cli.server.on('PUT /api/v1/policy/redaction', problem(400, 'pattern_invalid', 'patterns.0 (staff): missing )'))
    expect((await cli.run(['redaction', file])).err).toContain('patterns.0 (staff): missing )')
  })
})

test('detach on and off', async () => {
  cli.server.on('PUT /api/v1/policy/detached', ({ body }) => ok({ ...DEFAULT_POLICY, ...(body as object) }))
  expect((await cli.run('detach on')).out).toContain('all agents are detached')
  expect((await cli.run('detach off')).out).toContain('agents are attached')
  expect((await cli.run('detach maybe')).code).toBe(2)
})

test('detach on and off, of one pool', async () => {
  let answer: object = { ...DEFAULT_POLICY, detachedPools: ['eu'] }
  const bodies: unknown[] = []
  cli.server.on('PUT /api/v1/policy/detached', ({ body }) => {
    bodies.push(body)
    return ok(answer)
  })
  expect((await cli.run('detach on --pool eu')).out).toBe(
    'the agents of the pool eu are detached; attach them again: lightrun detach off --pool eu\n',
  )
  answer = DEFAULT_POLICY
  expect((await cli.run('detach off --pool eu')).out).toContain('active actions are placed again')
  answer = { ...DEFAULT_POLICY, detached: true }
  expect((await cli.run('detach off --pool eu')).out).toContain('with all others they still are: lightrun detach off')
  expect(bodies).toEqual([true, false, false].map((detached) => ({ detached, pool: 'eu' })))
})

describe('quota', () => {
  const quota = { cpuPercent: 2, bytesPerSecond: 500_000 }
  const puts = () => cli.server.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body)
  beforeEach(() => {
    cli.server.on('GET /api/v1/policy', ok({ ...DEFAULT_POLICY, quota }))
    cli.server.on('PUT /api/v1/policy/quota', ({ body }) => ok({ ...DEFAULT_POLICY, quota: body }))
  })

  test('shows what actions may take', async () => {
    expect((await cli.run('quota')).out).toBe(
      text`
      time        2 % of a core
      conditions  as the services say, all of that by default
      logs        as the services say, any number by default
      sent        500000 bytes a second
    `,
    )
    expect(JSON.parse((await cli.run('quota --json')).out)).toEqual(quota)
    expect(puts()).toEqual([])
  })

  test('changes what is said, and keeps the rest', async () => {
    expect((await cli.run('quota --cpu 0.5 --logs 30')).out).toContain('0.5 % of a core')
    await cli.run('quota --reset --conditions 0.1')
    await cli.run('quota --reset')
    expect(puts()).toEqual([{ ...quota, cpuPercent: 0.5, logsPerSecond: 30 }, { conditionPercent: 0.1 }, {}])
  })

  test.each(['quota --cpu 0', 'quota --cpu much', 'quota --bytes -1'])(
    '%s is a mistake, and sets nothing',
    async (words) => {
      expect((await cli.run(words)).code).toBe(2)
      expect(puts()).toEqual([])
    },
  )
})
