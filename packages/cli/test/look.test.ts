import { actionView, agentView, NOON_MS, ok } from '@lightrun/client/testing'
import type { ActionStatus } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { placed, says } from './agent-says.ts'
import { createHarness, type Harness, text } from './harness.ts'

let cli: Harness
beforeEach(async () => {
  cli = await createHarness()
})
afterEach(() => cli.server.close())

describe('agents', () => {
  test('lists workers behind their process', async () => {
    const worker = (threadId: number) => ({ threadId, processAgentId: 'agent-shop-000000001' })
    const agents = [
      agentView({ id: 'agent-shop-worker-10', worker: worker(10) }),
      agentView({ id: 'agent-mail-000000001', displayName: 'mail', clusterWorker: 2 }),
      agentView({ id: 'agent-shop-worker-02', worker: worker(2) }),
      agentView(),
    ]
    cli.server.on('GET /api/v1/agents', ok({ agents }))
    const { out } = await cli.run('agents')
    expect(out.match(/^(mail|shop).*?(?= {2})/gm)).toEqual([
      'mail cluster 2',
      'shop',
      'shop worker 2',
      'shop worker 10',
    ])
  })

  test('is a table', async () => {
    const gone = agentView({ id: 'agent-mail-000000002', displayName: 'mail', connected: false, tags: ['prod', 'eu'] })
    cli.server.on('GET /api/v1/agents', ok({ agents: [agentView(), { ...gone, lastSeenAtMs: NOON_MS - 7_200_000 }] }))
    expect(await cli.run('agents')).toEqual({
      code: 0,
      err: '',
      out: text`
        NAME  STATE        ID        TAGS             HOST:PID     RUNTIME       POOL
        shop  up 3m        agent-sh  tag:prod         host-1:4242  node 20.20.2  default
        mail  gone for 2h  agent-ma  tag:prod tag:eu  host-1:4242  node 20.20.2  default
      `,
    })
  })

  test('says which are off, since when, why, and how they are attached again', async () => {
    const message = 'detached itself after 5 internal faults within 60 s; \u001b[31mit tries again'
    const detached = { sinceMs: NOON_MS - 120_000, message }
    const worker = { threadId: 2, processAgentId: 'agent-shop-000000001' }
    const agents = [
      agentView({ detached }),
      agentView({ id: 'agent-shop-worker-02', worker, detached }),
      agentView({ id: 'agent-mail-000000001', displayName: 'mail', detached, connected: false }),
    ]
    cli.server.on('GET /api/v1/agents', ok({ agents }))
    const { out, err } = await cli.run('agents')
    expect(out.match(/^\w.*?detached for \w+/gm)).toEqual([
      'shop           detached for 2m',
      'shop worker 2  detached for 2m',
    ])
    expect(err).not.toContain('\u001b')
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^shop: detached itself after 5 internal faults within 60 s; .*it tries again$/),
      expect.stringMatching(/^shop worker 2: detached itself after 5 internal faults/),
    ])
  })

  test('none: how to start one, and nothing on standard output', async () => {
    cli.server.on('GET /api/v1/agents', ok({ agents: [] }))
    const { code, out, err } = await cli.run('agents')
    expect([code, out]).toEqual([0, ''])
    expect(err).toContain('LIGHTRUN_SECRET=')
  })

  test('--json is the list as the server gave it, before or after the command', async () => {
    cli.server.on('GET /api/v1/agents', ok({ agents: [agentView()] }))
    expect(JSON.parse((await cli.run('agents --json')).out)).toEqual([agentView()])
    expect(JSON.parse((await cli.run('--json agents')).out)).toEqual([agentView()])
  })

  test('a narrow terminal narrows the widest columns; a pipe cuts nothing', async () => {
    const hostname = 'a-very-long-host-name-in-some-cluster.internal'
    cli.server.on('GET /api/v1/agents', ok({ agents: [agentView({ hostname })] }))
    const narrow = await cli.run('agents', { isTTY: true, columns: 80, env: { NO_COLOR: '1' } })
    for (const line of narrow.out.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(narrow.out).toContain('…')
    expect((await cli.run('agents')).out).toContain(hostname)
  })
})

describe('actions', () => {
  test('is a table that tells active, waiting, failed and ended apart', async () => {
    const failed: ActionStatus = { state: 'failed', code: 'file_not_found', message: 'no such file' }
    cli.server.on(
      'GET /api/v1/actions',
      ok({
        actions: [
          actionView({ agents: [says(placed)], hitCount: 12 }),
          actionView({ id: 'act-snap-1', agents: [says(failed)], task: { type: 'snapshot', watches: ['a', 'b'] } }),
          actionView({
            id: 'act-count-1',
            task: { type: 'counter', name: 'orders' },
            source: { kind: 'tag', value: 'eu' },
          }),
          actionView({ id: 'act-log-2', state: 'ended' }),
        ],
      }),
    )
    const { out, code } = await cli.run('actions')
    expect(code).toBe(0)
    expect(out).toBe(text`
      ID           TYPE      WHERE           SOURCE  STATE    HITS  EXPIRES  WHAT
      act-log-1    log       src/cart.ts:42  shop    active   12    in 59m   total {total}
      act-snap-1   snapshot  src/cart.ts:42  shop    failed   0     in 59m   a, b
      act-count-1  counter   src/cart.ts:42  tag:eu  waiting  0     in 59m   orders
      act-log-2    log       src/cart.ts:42  shop    ended    0     -        total {total}
    `)
  })

  test('none: what to ask', async () => {
    cli.server.on('GET /api/v1/actions', ok({ actions: [] }))
    const { out, err } = await cli.run('actions')
    expect(out).toBe('')
    expect(err).toContain("lightrun log SOURCE FILE:LINE 'text {expression}'")
  })
})

describe('show', () => {
  test('says what was asked and where each agent stands', async () => {
    const action = actionView({
      condition: 'total > 10',
      maxHits: 5,
      hitCount: 2,
      losses: [{ reason: 'throttled', count: 7 }],
      agents: [
        says(placed),
        says(placed, { agentId: 'two' }),
        says({ state: 'throttled', message: 'over 1 % of a core; recovers by itself' }, { displayName: 'mail' }),
        says({ state: 'ended', reason: 'hit_limit' }, { displayName: 'old', connected: false }),
      ],
    })
    cli.server.on('GET /api/v1/actions', ok({ actions: [action] }))
    cli.server.on('GET /api/v1/agents', ok({ agents: [] }))
    const { out } = await cli.run('show act')
    expect(out).toBe(text`
      log act-log-1
        where     src/cart.ts:42
        source    shop
        format    total {total}
        level     info
        target    server
        condition total > 10
        state     throttled
        hits      2 of 5
        lost      7 lost: over the budget
        asked     60s ago
        expires   in 59m
      agents
        ✓ shop ×2  placed
        ! mail     throttled: over 1 % of a core; recovers by itself
        ■ old      ended: hit limit reached  (not connected)
    `)
    expect(JSON.parse((await cli.run('show act-log-1 --json')).out)).toEqual(action)
  })

  test('names worker threads, tells of an event loop that was busy, and who has not answered since when', async () => {
    const worker = (threadId: number) => ({ threadId, processAgentId: 'agent-shop-000000001' })
    const action = actionView({
      agents: [
        says({
          ...placed,
          state: 'hitting',
          engine: 'inspector',
          reason: 'it was loaded before lightrun',
          blockedMs: 3_240,
        }),
        says(
          { state: 'failed', code: 'no_code_at_line', message: 'none there' },
          { agentId: 'one', worker: worker(1) },
        ),
        says(placed, { agentId: 'two', worker: worker(2) }),
        says(placed, { agentId: 'three', worker: worker(3) }),
      ],
    })
    cli.server.on('GET /api/v1/actions', ok({ actions: [action] }))
    const silent = agentView({ id: 'four', worker: worker(4) })
    cli.server.on('GET /api/v1/agents', ok({ agents: [agentView(), silent] }))
    const { out } = await cli.run('show act')
    expect(out.slice(out.indexOf('agents'))).toBe(text`
      agents
        ✓ shop             hitting  by the inspector, because it was loaded before lightrun: slower on a hot line  once its event loop was free, after 3.2 s
        ✗ shop worker 1    no_code_at_line: none there
        ✓ shop workers ×2  placed
        … shop worker 4  no answer for 60s: busy, most likely; placed when its event loop is free
    `)
  })
})

describe('an action is found by its id or its beginning', () => {
  beforeEach(() => {
    const ids = ['7f3a9c', '7f3b00', '9e0000']
    cli.server.on('GET /api/v1/actions', ok({ actions: ids.map((id) => actionView({ id })) }))
  })

  test('an ambiguous beginning lists who is meant', async () => {
    const { code, err } = await cli.run('show 7f3')
    expect(code).toBe(1)
    expect(err).toContain('2 actions begin with "7f3"; write more of the id')
    expect(err).toContain('7f3a9c  log src/cart.ts:42')
    expect(err).not.toContain('9e0000')
  })

  test('an unknown id lists the nearest first', async () => {
    const { code, err, out } = await cli.run('show 7f3c00')
    expect([code, out]).toEqual([1, ''])
    expect(err.split('\n')[0]).toBe('error action_unknown: there is no action "7f3c00"; the nearest are')
    expect(err.split('\n')[1]).toContain('7f3b00')
    expect(err).toContain('see all: lightrun actions')
  })

  test('with --json the error is JSON as well, on standard error', async () => {
    const { err, out } = await cli.run('show zzz --json')
    expect(out).toBe('')
    expect(JSON.parse(err).error.code).toBe('action_unknown')
  })
})

describe('toggle and rm', () => {
  beforeEach(() => {
    const actions = [actionView({ id: 'aaa' }), actionView({ id: 'bbb', enabled: false, state: 'disabled' })]
    cli.server.on('GET /api/v1/actions', ok({ actions }))
    for (const id of ['aaa', 'bbb']) {
      cli.server.on(`PATCH /api/v1/actions/${id}`, ({ body }) =>
        ok(actionView({ id, ...(body as { enabled: boolean }) })),
      )
    }
    cli.server.on('POST /api/v1/actions/removals', ({ body }) => ok({ removed: (body as { ids: string[] }).ids }))
  })
  const changes = () => cli.server.requests.filter(({ method }) => method !== 'GET')

  test.each([
    ['toggle aaa', false],
    ['toggle bbb', true],
    ['toggle aaa --on', true],
    ['toggle bbb --off', false],
  ])('%s sets enabled to %s', async (args, enabled) => {
    const { code, out } = await cli.run(args)
    expect(code).toBe(0)
    expect(changes().map(({ body }) => body)).toEqual([{ enabled }])
    expect(out).toBe(`${enabled ? 'on ' : 'off'} ${args.split(' ')[1]}  src/cart.ts:42\n`)
  })

  test('both --on and --off is a mistake', async () => {
    expect((await cli.run('toggle aaa --on --off')).code).toBe(2)
    expect(changes()).toEqual([])
  })

  test('rm removes each once', async () => {
    expect(await cli.run('rm a bbb aaa')).toEqual({
      code: 0,
      err: '',
      out: 'removed aaa  src/cart.ts:42\nremoved bbb  src/cart.ts:42\n',
    })
    expect(JSON.parse((await cli.run('rm aaa --json')).out)).toEqual({ removed: ['aaa'] })
  })

  test('a mistake in one id removes none', async () => {
    expect((await cli.run('rm aaa nope')).code).toBe(1)
    expect(changes()).toEqual([])
  })
})
