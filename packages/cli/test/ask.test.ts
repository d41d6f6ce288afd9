import { actionView, agentView, ok, problem } from '@lightrun/client/testing'
import type { ActionStatus, AgentStatus, PlacementNote } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { placed, says } from './agent-says.ts'
import { createHarness, type Harness, text } from './harness.ts'

let cli: Harness
beforeEach(async () => {
  cli = await createHarness()
  cli.server.on('GET /api/v1/agents', ok({ agents: [agentView()] }))
})
afterEach(() => cli.server.close())

/** The server takes the question; agents answer it so. */
function answered(...agents: AgentStatus[]): void {
  cli.server.on('POST /api/v1/actions', ({ body }) => ok({ ...actionView(), ...(body as object), source: shop }, 201))
  cli.server.on('GET /api/v1/actions/act-log-1', () =>
    ok({ ...actionView(), ...(asked() as object), source: shop, agents }),
  )
}
const shop = { kind: 'name', value: 'shop' }
const asked = () => cli.server.requests.find(({ method }) => method === 'POST')?.body

describe('what is asked', () => {
  beforeEach(() => answered(says(placed)))

  test('log', async () => {
    await cli.run(['log', 'shop', 'src/cart.ts:42', 'total {total}'])
    expect(asked()).toEqual({
      source: 'shop',
      position: { file: 'src/cart.ts', line: 42 },
      task: { type: 'log', format: 'total {total}', level: 'info', targets: ['server'] },
    })
  })

  test('log with everything', async () => {
    const options =
      '--condition a>1 --level WARN --target both --expire 30m --max-hits 5 --max-hits-per-agent 2 --ignore-quota'.split(
        ' ',
      )
    await cli.run(['log', 'tag:prod', './src/cart.ts:42:7', 'x', ...options])
    expect(asked()).toEqual({
      source: 'tag:prod',
      position: { file: 'src/cart.ts', line: 42, column: 7 },
      task: { type: 'log', format: 'x', level: 'warn', targets: ['server', 'stdout'] },
      condition: 'a>1',
      expireSeconds: 1800,
      maxHits: 5,
      maxHitsPerAgent: 2,
      ignoreQuota: true,
    })
  })

  test('snapshot with watches', async () => {
    await cli.run('snapshot shop src/cart.ts:42 --watch user.id --watch items[0]')
    expect(asked()).toMatchObject({ task: { type: 'snapshot', watches: ['user.id', 'items[0]'] } })
  })

  test('with what the user sees of it, unless told otherwise', async () => {
    const setup = { files: { 'src/cart.ts': 'one()\n  two()\n' } }
    await cli.run('snapshot shop src/cart.ts:2', setup)
    const sourceHash = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(asked()).toMatchObject({ position: { file: 'src/cart.ts', line: 2, sourceHash, lineText: 'two()' } })
    expect(Object.keys(asked()!)).not.toContain('nearest')
  })

  test('without looking at the file, and on the nearest line', async () => {
    const setup = { files: { 'src/cart.ts': 'one()\n' } }
    await cli.run('tictoc shop src/cart.ts:1 9 time --no-check --nearest', setup)
    const at = (line: number) => ({ file: 'src/cart.ts', line, nearest: true })
    expect(asked()).toMatchObject({ position: at(1), task: { toc: at(9) } })
    expect(JSON.stringify(asked())).not.toContain('sourceHash')
  })

  test('counter', async () => {
    await cli.run('counter shop src/cart.ts:42 orders')
    expect(asked()).toMatchObject({ task: { type: 'counter', name: 'orders' } })
  })

  test.each([
    [
      ['metric', 'shop', 'src/cart.ts:42', 'items', 'cart.items.length'],
      { task: { type: 'metric', name: 'items', expression: 'cart.items.length' } },
    ],
    [['duration', 'shop', 'src/cart.ts:42'], { task: { type: 'duration', name: 'src/cart.ts:42' } }],
    [
      ['tictoc', 'shop', 'src/cart.ts:42', '50', 'checkout'],
      {
        position: { file: 'src/cart.ts', line: 42 },
        task: { type: 'tictoc', name: 'checkout', toc: { file: 'src/cart.ts', line: 50 } },
      },
    ],
    [
      ['tictoc', 'shop', 'src/cart.ts:42', 'src/pay.ts:7', 'checkout'],
      { task: { type: 'tictoc', toc: { file: 'src/pay.ts', line: 7 } } },
    ],
  ])('a measurement: %j', async (words, expected) => {
    await cli.run(words)
    expect(asked()).toMatchObject(expected)
  })

  test('a tic & toc ends at a line', async () => {
    expect((await cli.run('tictoc shop src/cart.ts:42 there checkout')).code).toBe(2)
  })

  test("the beginning of an agent's id becomes the id; an exact name stays a name", async () => {
    await cli.run('counter agent-sh src/cart.ts:42 orders')
    expect(asked()).toMatchObject({ source: 'agent-shop-000000001' })
  })

  test('each question has its own idempotency key', async () => {
    await cli.run('counter shop src/cart.ts:42 orders')
    await cli.run('counter shop src/cart.ts:42 orders')
    const keys = cli.server.requests
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => headers['idempotency-key'])
    expect(new Set(keys).size).toBe(2)
  })
})

describe('the answer', () => {
  test('placed: where, and what to do next', async () => {
    answered(says(placed))
    expect(await cli.run(['log', 'shop', 'src/cart.ts:42', 'total {total}'])).toEqual({
      code: 0,
      out: text`
        log act-log-1  src/cart.ts:42  total {total}
          ✓ shop  placed
      `,
      err: 'see it: lightrun tail act-log-1   end it: lightrun rm act-log-1\n',
    })
  })

  test('a probe that stands on another line or is served by the slow engine says so', async () => {
    answered(says({ state: 'placed', engine: 'inspector', position: { file: 'src/cart.ts', line: 44 } }))
    const { out } = await cli.run('counter shop src/cart.ts:42 orders')
    expect(out).toContain('placed at line 44  by the inspector: slower on a hot line')
  })

  test('an action that was hit and has ended by then was placed', async () => {
    answered(says({ state: 'ended', reason: 'hit_limit' }))
    expect((await cli.run('snapshot shop src/cart.ts:42')).code).toBe(0)
  })

  test('no code there: the nearest line, as a command to copy', async () => {
    const message = 'no statement begins at src/cart.ts:42; the nearest line with code is 44'
    answered(says({ state: 'failed', code: 'no_code_at_line', message, details: { nearestLine: 44 } }))
    const { code, out, err } = await cli.run(['log', 'shop', 'src/cart.ts:42', "it's {total}", '--condition', 'a > 1'])
    expect(code).toBe(1)
    expect(out).toContain(`  ✗ shop  no_code_at_line: ${message}`)
    expect(err).toBe(
      text`
      try:    lightrun log shop src/cart.ts:44 'it'\\''s {total}' --condition 'a > 1'
      end it: lightrun rm act-log-1
    `.replace('\\\\', '\\'),
    )
  })

  test('an ambiguous file: the candidates, as commands to copy', async () => {
    const details = { candidates: ['/app/a/cart.ts', '/app/b/cart.ts', 7] }
    answered(says({ state: 'failed', code: 'file_ambiguous', message: '2 files match', details }))
    const { code, err } = await cli.run('snapshot shop src/cart.ts:42 --watch total')
    expect(code).toBe(1)
    expect(err).toContain('lightrun snapshot shop /app/a/cart.ts:42 --watch total')
    expect(err).toContain('lightrun snapshot shop /app/b/cart.ts:42 --watch total')
    expect(err).not.toContain('7:42')
  })

  test('one that expired before an agent placed it says so', async () => {
    cli.server.on('POST /api/v1/actions', ok(actionView(), 201))
    cli.server.on(
      'GET /api/v1/actions/act-log-1',
      ok(actionView({ state: 'expired', agents: [says({ state: 'received' })] })),
    )
    cli.server.on('GET /api/v1/agents', ok({ agents: [agentView({ connected: false })] }))
    const { code, err } = await cli.run('counter shop src/cart.ts:42 orders --expire 2s')
    expect(code).toBe(1)
    expect(err).toContain('it expired before an agent had placed it; ask again with a longer --expire')
  })

  test('an agent that is detached has placed nothing', async () => {
    answered(says({ state: 'ended', reason: 'detached', message: 'detached by the policy of the organisation' }))
    const { code, out, err } = await cli.run('counter shop src/cart.ts:42 orders')
    expect(code).toBe(1)
    expect(out).toContain('detached by the policy')
    expect(err).not.toContain('see it:')
  })

  test('placed on one agent of two is placed', async () => {
    cli.server.on('GET /api/v1/agents', ok({ agents: [agentView(), agentView({ id: 'agent-shop-000000002' })] }))
    const failed = says(
      { state: 'failed', code: 'file_changed', message: 'differs' },
      { agentId: 'agent-shop-000000002' },
    )
    answered(says(placed), failed)
    const { code, out } = await cli.run('counter shop src/cart.ts:42 orders')
    expect(code).toBe(0)
    expect(out).toContain('✓ shop  placed')
    expect(out).toContain('✗ shop  file_changed: differs')
  })

  test('nobody connected: it waits, and nothing was placed', async () => {
    cli.server.on('GET /api/v1/agents', ok({ agents: [agentView({ connected: false })] }))
    answered()
    const { code, err } = await cli.run('counter shop src/cart.ts:42 orders')
    expect(code).toBe(1)
    expect(err).toContain('no connected agent matches shop; the action waits on the server')
  })

  test('--no-wait does not look, and is content', async () => {
    answered()
    const { code } = await cli.run('counter shop src/cart.ts:42 orders --no-wait')
    expect(code).toBe(0)
    expect(cli.server.requests.some(({ target }) => target === '/api/v1/actions/act-log-1')).toBe(false)
  })

  test('--json is the action with its statuses, whether it was placed or not', async () => {
    const failed: ActionStatus = { state: 'failed', code: 'file_not_found', message: 'no such file' }
    answered(says(failed))
    const { code, out } = await cli.run('counter shop src/cart.ts:42 orders --json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ id: 'act-log-1', agents: [{ status: failed }] })
  })
})

describe('a refusal', () => {
  const refused = (...args: Parameters<typeof problem>) => cli.server.on('POST /api/v1/actions', problem(...args))

  test.each([
    [['log', 'shop', 'a.ts:1', 'total {total +}'], 'format_syntax', 14, 'total {total +}'],
    [['snapshot', 'shop', 'a.ts:1', '--condition', 'a +* b'], 'expression_syntax', 4, 'a +* b'],
    [['snapshot', 'shop', 'a.ts:1', '--watch', '日本 = 1'], 'expression_not_allowed', 4, '日本 = 1'],
  ] as const)('%j has a caret under the fault', async (args, code, column, faulty) => {
    refused(400, code, 'cannot be read', { column })
    const { code: exitCode, err } = await cli.run([...args])
    expect(exitCode).toBe(1)
    const wide = faulty.startsWith('日本') ? 2 : 0
    expect(err.split('\n')).toEqual([
      `error ${code}: cannot be read`,
      `  ${faulty}`,
      `${' '.repeat(2 + column - 1 + wide)}^`,
      '',
    ])
  })

  test('with several expressions the details choose; without a word nothing is guessed', async () => {
    const args = ['log', 'shop', 'a.ts:1', '{a}', '--condition', 'b c']
    refused(400, 'expression_syntax', 'no', { column: 3, field: 'condition' })
    expect((await cli.run(args)).err).toContain('  b c\n    ^')
    refused(400, 'expression_syntax', 'no', { column: 3, expression: 'b c' })
    expect((await cli.run(args)).err).toContain('  b c\n    ^')
    refused(400, 'expression_syntax', 'no', { column: 3 })
    expect((await cli.run(args)).err).not.toContain('^')
  })

  test('an unknown source lists those that there are, nearest first', async () => {
    const agents = [agentView(), agentView({ id: 'agent-mail-000000002', displayName: 'mailer' })]
    cli.server.on('GET /api/v1/agents', ok({ agents }))
    refused(404, 'source_unknown', 'no agent is called shpo')
    const { code, err } = await cli.run('counter shpo src/cart.ts:42 orders')
    expect(code).toBe(1)
    expect(err).toContain('there are: shop, ')
    expect(err).toContain('lightrun agents')
  })

  test("anything else is told in the server's words", async () => {
    refused(400, 'limit_invalid', 'an action lives at most 7 days')
    const { code, err } = await cli.run('counter shop src/cart.ts:42 orders --expire 10d')
    expect([code, err]).toEqual([1, 'error limit_invalid: an action lives at most 7 days\n'])
  })
})

describe('when something happens while it waits', () => {
  const isWaiting = () => cli.server.requests.some(({ target }) => target === '/api/v1/actions/act-log-1')

  test('an interrupt ends with 130, and the id is known', async () => {
    answered()
    const running = cli.start('counter shop src/cart.ts:42 orders')
    while (!isWaiting()) await new Promise((resolve) => setImmediate(resolve))
    running.interrupt()
    expect(await running.done).toEqual({ code: 130, out: 'counter act-log-1  src/cart.ts:42  orders\n', err: '' })
  })

  test('a server that goes away ends with 3, and the id is known', async () => {
    answered()
    cli.server.on('GET /api/v1/actions/act-log-1', 'break')
    expect(await cli.run('counter shop src/cart.ts:42 orders')).toMatchObject({
      code: 3,
      out: 'counter act-log-1  src/cart.ts:42  orders\n',
    })
    expect(JSON.parse((await cli.run('counter shop src/cart.ts:42 orders --json')).out).id).toBe('act-log-1')
  })

  test('a connection that breaks on the question: it is asked once more, under the same key', async () => {
    answered(says(placed))
    let attempts = 0
    cli.server.on('POST /api/v1/actions', ({ body }) => {
      attempts += 1
      return attempts === 1 ? 'break' : ok({ ...actionView(), ...(body as object), source: shop }, 201)
    })
    expect((await cli.run('counter shop src/cart.ts:42 orders')).code).toBe(0)
    const posts = cli.server.requests.filter(({ method }) => method === 'POST')
    expect(posts).toHaveLength(2)
    expect(posts[0]?.headers['idempotency-key']).toBe(posts[1]?.headers['idempotency-key'])
  })
})

describe('what an agent says of the place', () => {
  const at = async (...notes: PlacementNote[]) => {
    answered(says({ ...placed, notes }))
    return cli.run('counter shop src/cart.ts:42 orders')
  }

  test('that it is another line', async () => {
    const { out } = await at({ type: 'moved', fromLine: 41 })
    expect(out).toContain('\n      line 41 has no code; this is the nearest line that has\n')
  })

  test('that some copies are without', async () => {
    expect((await at({ type: 'partial', message: 'not\x1b[1m this one' })).out).toContain(
      '\n      not\\x1b[1m this one\n',
    )
  })

  test('that the user looks at another file, and which line is meant', async () => {
    const { out, err } = await at({ type: 'source_differs', line: 44 })
    expect(out).toContain('your src/cart.ts is not the file that runs: what your line 42 says is line 44 there')
    expect(err).toContain('try:    lightrun counter shop src/cart.ts:44 orders\n')
  })

  test('that the user looks at another file, where the line is the same or nowhere', async () => {
    const same = await at({ type: 'source_differs', line: 42 })
    expect(same.out).toContain('but line 42 reads the same')
    expect(same.err).not.toContain('try:')
    expect((await at({ type: 'source_differs' })).out).toContain('line 42 may be elsewhere there')
  })
})
