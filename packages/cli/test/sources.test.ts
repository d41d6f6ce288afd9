import { actionView, agentView, NOON_MS, ok, problem } from '@lightrun/client/testing'
import type { CustomSourceView } from '@lightrun/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHarness, type Harness, text } from './harness.ts'

let cli: Harness
const checkout: CustomSourceView = {
  name: 'checkout',
  source: {
    kind: 'all',
    of: [
      { kind: 'tag', value: 'prod' },
      { kind: 'name', value: 'shop' },
    ],
  },
  createdAtMs: NOON_MS,
  changedAtMs: NOON_MS,
}
beforeEach(async () => {
  cli = await createHarness()
  cli.server.on('GET /api/v1/agents', ok({ agents: [agentView(), agentView({ id: 'gone', connected: false })] }))
  cli.server.on('GET /api/v1/sources', ok({ sources: [checkout] }))
})
afterEach(() => cli.server.close())
const changes = () =>
  cli.server.requests.filter(({ method }) => method !== 'GET').map(({ method, target, body }) => [method, target, body])

test('all, or one, with how many agents are connected', async () => {
  const table = text`
    SOURCE           STANDS FOR     CONNECTED
    custom:checkout  tag:prod+shop  1
  `
  expect((await cli.run('sources')).out).toBe(table)
  expect((await cli.run('sources checkout')).out).toBe(table)
  expect(JSON.parse((await cli.run('sources --json')).out)).toEqual([checkout])
  expect(JSON.parse((await cli.run('sources custom:checkout --json')).out)).toEqual(checkout)
})

test('none', async () => {
  cli.server.on('GET /api/v1/sources', ok({ sources: [] }))
  const { code, out, err } = await cli.run('sources')
  expect([code, out]).toEqual([0, ''])
  expect(err).toContain('lightrun sources NAME SOURCE')
})

test('one that is not there: the nearest', async () => {
  const { code, err } = await cli.run('sources chekout')
  expect(code).toBe(1)
  expect(err).toBe('error source_unknown: there is no custom source chekout\nthere are: custom:checkout\n')
})

test('saving one says whom it stands for and how to ask them', async () => {
  cli.server.on('PUT /api/v1/sources/checkout', ok(checkout))
  const { code, out, err } = await cli.run('sources checkout tag:prod+shop')
  expect(code).toBe(0)
  expect(changes()).toEqual([['PUT', '/api/v1/sources/checkout', { source: 'tag:prod+shop' }]])
  expect(out).toContain('custom:checkout  tag:prod+shop  1')
  expect(err).toContain('lightrun log custom:checkout FILE:LINE FORMAT')
})

test('removing one, unless actions are for it', async () => {
  cli.server.on('DELETE /api/v1/sources/checkout', { status: 204 })
  expect((await cli.run('sources checkout --rm')).out).toBe('removed custom:checkout\n')
  expect((await cli.run('sources checkout --rm --json')).out).toBe('{"removed":["checkout"]}\n')
  const detail = '2 actions are for checkout; remove them first'
  cli.server.on('DELETE /api/v1/sources/checkout', problem(409, 'source_in_use', detail, { actions: ['a1', 'b2'] }))
  const { code, err } = await cli.run('sources checkout --rm')
  expect(code).toBe(1)
  expect(err).toBe(`error source_in_use: ${detail}\n  lightrun rm a1 b2\n`)
})

test.each(['sources --rm', 'sources checkout tag:a --rm'])('%s says too little or too much', async (words) => {
  expect([(await cli.run(words)).code, changes()]).toEqual([2, []])
})

test('an action for one shows what it stands for', async () => {
  const source = { kind: 'custom' as const, value: 'checkout', is: checkout.source }
  const actions = [actionView({ source }), actionView({ id: 'old', source: { kind: 'custom', value: 'old' } })]
  cli.server.on('GET /api/v1/actions', ok({ actions }))
  expect((await cli.run('actions')).out).toContain('custom:checkout')
  expect((await cli.run('show act')).out).toContain('source    custom:checkout (checkout: tag:prod+shop)')
  expect((await cli.run('show old')).out).toContain('source    custom:old (old: removed)')
})

test('an unknown one in a question: those that there are', async () => {
  cli.server.on('POST /api/v1/actions', problem(404, 'source_unknown', 'there is no custom source chekout'))
  const { code, err } = await cli.run('log custom:chekout src/cart.ts:42 x')
  expect(code).toBe(1)
  expect(err).toContain('there are: custom:checkout')
})
