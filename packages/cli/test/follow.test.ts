import { actionView, hitView, NOON_MS, ok, problem } from '@lightrun/client/testing'
import type { CapturedValue, HitData, HitView, Statistics, StreamEvent } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHarness, type Harness, text } from './harness.ts'

let cli: Harness
const counter = actionView({ id: 'act-count-1', task: { type: 'counter', name: 'orders' }, hitCount: 40 })

beforeEach(async () => {
  cli = await createHarness()
  cli.server.on('GET /api/v1/actions', ok({ actions: [actionView(), counter] }))
})
afterEach(() => cli.server.close())

const number = (value: number): CapturedValue => ({ type: 'number', value })
const snapshot: HitData = {
  type: 'snapshot',
  frames: [
    { function: 'total', file: 'src/cart.ts', line: 42, column: 7 },
    { function: '', file: 'src/routes.ts', line: 10, column: 3 },
  ],
  variables: [{ name: 'total', value: number(12.5) }],
  watches: [
    { name: 'items.length', value: number(3) },
    { name: 'user.id', error: 'user is not defined here' },
  ],
}
const logHit = (changes: Partial<HitView> & { text?: string; level?: 'debug' | 'info' | 'warn' | 'error' } = {}) => {
  const { text: said = 'total 12.5', level = 'info', ...rest } = changes
  return hitView({ atMs: NOON_MS + 224_123, data: { type: 'log', level, text: said }, ...rest })
}
const statistics: Statistics = {
  count: 42,
  sum: 131.9,
  min: 0.0001,
  max: 12_345.67,
  mean: 3.25,
  stddev: 1,
  p50: 3,
  p75: 4,
  p95: 8,
  p98: 9,
  p99: 9.8,
  p999: 10,
}
const hit = (...args: Parameters<typeof logHit>): StreamEvent => ({ kind: 'hit', hit: logHit(...args) })
const count = (total: number, by = 1): StreamEvent => ({
  kind: 'count',
  actionId: 'act-count-1',
  agentId: 'agent-shop-000000001',
  agentName: 'shop',
  atMs: NOON_MS,
  count: by,
  total,
})

describe('tail', () => {
  test('is one aligned line for each log hit, and ends with 130 when interrupted', async () => {
    const tail = cli.start('tail')
    await cli.server.events.connected(1)
    cli.server.events.emit(hit())
    cli.server.events.emit(hit({ agentName: 'mailer', text: 'slow', level: 'warn' }))
    cli.server.events.emit(hit({ text: 'last', level: 'error' }))
    await tail.says('last')
    tail.interrupt()
    expect(await tail.done).toEqual({
      code: 130,
      err: '',
      out: text`
        12:03:44.123 shop  INFO  total 12.5
        12:03:44.123 mailer  WARN  slow
        12:03:44.123 shop    ERROR last
      `,
    })
  })

  test('shows what a metric measured, and that it measured nothing', async () => {
    const metric = actionView({ id: 'act-metric-1', task: { type: 'duration', name: 'checkout' } })
    cli.server.on('GET /api/v1/actions', ok({ actions: [metric] }))
    const tail = cli.start('tail')
    await cli.server.events.connected(1)
    const measured = {
      kind: 'metric',
      actionId: 'act-metric-1',
      agentId: 'a',
      agentName: 'shop',
      atMs: NOON_MS,
    } as const
    cli.server.events.emit({ ...measured, series: { returned: statistics, thrown: { ...statistics, count: 1 } } })
    cli.server.events.emit({ ...measured, series: {} })
    await tail.says('nothing was measured')
    tail.interrupt()
    expect((await tail.done).out).toBe(text`
      12:00:00.000 shop  STATS checkout  returned  n 42  mean 3.25 ms  p50 3 ms  p99 9.8 ms  max 12345.67 ms   threw  n 1  mean 3.25 ms  p50 3 ms  p99 9.8 ms  max 12345.67 ms
      12:00:00.000 shop  STATS checkout  nothing was measured
    `)
  })

  test('shows snapshots, running totals, statuses, losses and gaps', async () => {
    const tail = cli.start('tail')
    await cli.server.events.connected(1)
    const { emit } = cli.server.events
    emit({ kind: 'hit', hit: hitView({ data: snapshot }) })
    emit(count(43, 3))
    const agent = { agentId: 'agent-shop-000000001', displayName: 'shop', connected: true, atMs: NOON_MS }
    emit({ kind: 'status', actionId: 'act-log-1', agent: { ...agent, status: { state: 'ended', reason: 'expired' } } })
    emit({ kind: 'loss', actionId: 'act-log-1', agentId: agent.agentId, atMs: NOON_MS, reason: 'throttled', count: 9 })
    emit({ kind: 'gap', missed: 5 })
    await tail.says('were not shown')
    tail.interrupt()
    expect((await tail.done).out).toBe(text`
      12:00:00.000 shop  SNAP  src/cart.ts:42
          at total (src/cart.ts:42:7)
          at (anonymous) (src/routes.ts:10:3)
          total = 12.5
          items.length = 3
          user.id user is not defined here
      12:00:00.000 shop  COUNT orders 43  +3
      12:00:00.000 shop  ■     src/cart.ts:42  ended: expired
      12:00:00.000 shop  LOST  src/cart.ts:42  9 lost: over the budget
      … 5 events were not shown: the reader was too slow. They are stored: lightrun hits ID
    `)
  })

  test('of one action asks for that one, by its beginning', async () => {
    const tail = cli.start('tail act-log')
    await cli.server.events.connected(1)
    expect(cli.server.requests.at(-1)?.target).toContain('act-log-1')
    tail.interrupt()
    await tail.done
  })

  test('of an unknown action does not start', async () => {
    expect((await cli.run('tail zzz')).code).toBe(1)
  })

  test('an action made since the start is looked up once', async () => {
    cli.server.on('GET /api/v1/actions/new', ok({ ...counter, id: 'new', task: { type: 'counter', name: 'fresh' } }))
    const tail = cli.start('tail')
    await cli.server.events.connected(1)
    cli.server.events.emit({ ...count(1), actionId: 'new' } as StreamEvent)
    cli.server.events.emit({ ...count(2), actionId: 'new' } as StreamEvent)
    await tail.says('fresh 2')
    expect(cli.server.requests.filter(({ target }) => target === '/api/v1/actions/new')).toHaveLength(1)
    tail.interrupt()
    await tail.done
  })

  test('--json is one event a line', async () => {
    const tail = cli.start('tail --json')
    await cli.server.events.connected(1)
    const events = [hit({ text: 'a\nb' }), count(7)]
    for (const event of events) cli.server.events.emit(event)
    await tail.says('"total":7')
    tail.interrupt()
    const { out } = await tail.done
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(events)
  })

  test('a lost connection is told on standard error, and its end', async () => {
    const tail = cli.start('tail')
    await cli.server.events.connected(1)
    cli.server.events.emit(hit())
    await tail.says('total 12.5')
    cli.server.events.drop()
    await cli.server.events.connected(2)
    await tail.says('connected again')
    cli.server.events.emit(hit({ text: 'after' }))
    await tail.says('after')
    tail.interrupt()
    const { err, out } = await tail.done
    expect(err).toMatch(/^connection lost \(.+\); trying again\nconnected again\n$/)
    expect(out.split('\n')).toHaveLength(3)
  })

  test('a reader that has gone away (| head) is no failure', async () => {
    const tail = cli.start('tail')
    await cli.server.events.connected(1)
    tail.closeOutput()
    expect(await tail.done).toEqual({ code: 0, out: '', err: '' })
  })

  test('a key that was revoked ends it with 4', async () => {
    const tail = cli.start('tail')
    await cli.server.events.connected(1)
    cli.server.events.emit(hit())
    await tail.says('total')
    cli.server.on('GET /api/v1/stream', problem(401, 'unauthorized', 'the key was revoked'))
    cli.server.events.drop()
    const { code, err } = await tail.done
    expect(code).toBe(4)
    expect(err).toContain('LIGHTRUN_API_KEY')
  })
})

describe('hits', () => {
  const store = (count: number) =>
    cli.server.on('GET /api/v1/actions/act-log-1/hits', ({ target }) => {
      const query = new URLSearchParams(target.split('?')[1])
      const after = Number(query.get('after') ?? 0)
      const last = Math.min(count, after + Number(query.get('limit')))
      const ids = Array.from({ length: last - after }, (_, index) => after + index + 1)
      return ok({ hits: ids.map((id) => logHit({ id, text: `hit ${id}` })), ...(last < count ? { next: last } : {}) })
    })
  const texts = (out: string) => [...out.matchAll(/hit \d+/g)].map(([each]) => each)

  test('are printed as tail prints them', async () => {
    store(1)
    expect(await cli.run('hits act-log-1')).toEqual({ code: 0, out: '12:03:44.123 shop  INFO  hit 1\n', err: '' })
  })

  test('--limit shows so many and says how to go on', async () => {
    store(3)
    const { out, err } = await cli.run('hits act-log-1 --limit 2')
    expect(texts(out)).toEqual(['hit 1', 'hit 2'])
    expect(err).toBe('more:   lightrun hits act-log-1 --after 2\n')
    expect(texts((await cli.run('hits act-log-1 --after 2')).out)).toEqual(['hit 3'])
  })

  test('exactly as many as the limit: nothing more is promised', async () => {
    store(2)
    expect((await cli.run('hits act-log-1 --limit 2')).err).toBe('')
  })

  test('over several pages', async () => {
    store(230)
    expect(texts((await cli.run('hits act-log-1 --limit 225')).out)).toHaveLength(225)
  })

  test('none yet: where to look, and nothing on standard output', async () => {
    store(0)
    const { out, err, code } = await cli.run('hits act-log-1')
    expect([out, code]).toEqual(['', 0])
    expect(err).toContain('lightrun show act-log-1')
  })

  test('--json is one hit a line', async () => {
    store(2)
    const { out } = await cli.run('hits act-log-1 --json')
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([1, 2])
  })

  test('--follow goes on live, and shows what is stored and live at once only once', async () => {
    store(2)
    const follow = cli.start('hits act-log-1 --follow')
    await cli.server.events.connected(1)
    await follow.says('hit 2')
    for (const id of [2, 3]) cli.server.events.emit(hit({ id, text: `hit ${id}` }))
    await follow.says('hit 3')
    follow.interrupt()
    const { out, code } = await follow.done
    expect(texts(out)).toEqual(['hit 1', 'hit 2', 'hit 3'])
    expect(code).toBe(130)
  })

  test('--follow --json gives hits and nothing else; what is lost is told on standard error', async () => {
    store(0)
    const follow = cli.start('hits act-log-1 --follow --json')
    await cli.server.events.connected(1)
    const { emit } = cli.server.events
    emit({ kind: 'loss', actionId: 'act-log-1', agentId: 'a', atMs: NOON_MS, reason: 'too_large', count: 2 })
    emit(hit({ id: 9 }))
    await follow.says('"id":9')
    follow.interrupt()
    const { out, err } = await follow.done
    expect(JSON.parse(out)).toMatchObject({ id: 9 })
    expect(err).toBe('2 lost: too large\n')
  })

  test('--follow reads from storage what the stream missed', async () => {
    store(2)
    const follow = cli.start('hits act-log-1 --follow')
    await cli.server.events.connected(1)
    await follow.says('hit 2')
    store(5)
    cli.server.events.emit({ kind: 'gap', missed: 3 })
    cli.server.events.emit(hit({ id: 6, text: 'hit 6' }))
    await follow.says('hit 6')
    follow.interrupt()
    expect(texts((await follow.done).out)).toEqual(['hit 1', 'hit 2', 'hit 3', 'hit 4', 'hit 5', 'hit 6'])
  })

  test('--follow of a counter is its total, then each new one', async () => {
    const follow = cli.start('hits act-count-1 --follow')
    await cli.server.events.connected(1)
    await follow.says('orders 40')
    cli.server.events.emit(count(41))
    await follow.says('orders 41')
    follow.interrupt()
    expect((await follow.done).code).toBe(130)
  })

  test('--follow against a server that refuses the stream fails as any command', async () => {
    store(1)
    cli.server.on('GET /api/v1/stream', problem(401, 'unauthorized', 'no'))
    expect((await cli.run('hits act-log-1 --follow')).code).toBe(4)
  })

  test('--follow whose stored hits cannot be read lets go of the stream', async () => {
    cli.server.on('GET /api/v1/actions/act-log-1/hits', problem(503, 'storage_unreachable', 'later'))
    const closed = cli.server.events.closed()
    expect((await cli.run('hits act-log-1 --follow')).code).toBe(3)
    await closed
  })

  test('of a counter are its total', async () => {
    expect((await cli.run('hits act-count-1')).out).toBe('orders 40\n')
    expect(JSON.parse((await cli.run('hits act-count-1 --json')).out)).toEqual({
      kind: 'count',
      actionId: 'act-count-1',
      total: 40,
    })
  })

  test.each(['--limit 0', '--limit x', '--after -1', '--follow --limit 3'])('%s is a mistake', async (options) => {
    expect((await cli.run(`hits act-log-1 ${options}`)).code).toBe(2)
  })
})

describe('figures', () => {
  const metric = actionView({ id: 'act-metric-1', task: { type: 'metric', name: 'items', expression: 'n' } })
  const other = { agentId: 'b', agentName: 'mail', series: { value: { ...statistics, count: 2 } } }
  const metrics = {
    total: { value: statistics },
    agents: [{ agentId: 'a', agentName: 'shop', series: { value: statistics } }, other],
  }
  beforeEach(() => cli.server.on('GET /api/v1/actions', ok({ actions: [metric] })))

  test('hits of a metric are its statistics, together and by agent', async () => {
    cli.server.on('GET /api/v1/actions/act-metric-1/metrics', ok(metrics))
    const { code, out } = await cli.run('hits act-metric')
    const figures = 'mean 3.25  stddev 1  min 1.00e-4  p50 3  p75 4  p95 8  p98 9  p99 9.8  p999 10  max 12345.67'
    expect({ code, out }).toEqual({
      code: 0,
      out: `all agents  n 42  ${figures}\nshop  n 42  ${figures}\nmail  n 2  ${figures}\n`,
    })
    expect(JSON.parse((await cli.run('hits act-metric --json')).out)).toEqual(metrics)
  })

  test('show tells that nothing was measured yet', async () => {
    cli.server.on('GET /api/v1/actions/act-metric-1/metrics', ok({ total: {}, agents: [] }))
    cli.server.on('GET /api/v1/agents', ok({ agents: [] }))
    expect((await cli.run('show act-metric')).out).toContain('measured\nnothing was measured yet\n')
  })
})

describe('hostile content', () => {
  const evil = '\x1b[2J\x1b]0;owned\x07\x9b31m\r\n12:00:00.000 shop  INFO  forged\u202etxt.exe\u0000\u2028'
  /** Everything but line feeds that a terminal could act upon. */
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  const ACTIVE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

  test('a log line stays one line that shows what it contains', async () => {
    const tail = cli.start('tail')
    await cli.server.events.connected(1)
    cli.server.events.emit(hit({ text: evil, agentName: 'sh\x1b[31mop' }))
    cli.server.events.emit(hit({ text: 'end' }))
    await tail.says('end')
    tail.interrupt()
    const { out } = await tail.done
    expect(out).not.toMatch(ACTIVE)
    expect(out.split('\n')).toHaveLength(3)
    expect(out).toContain('\\x1b[2J\\x1b]0;owned\\x07\\x9b31m\\r\\n12:00')
  })

  test('names and values of a snapshot, frames and failed watches', async () => {
    const data: HitData = {
      type: 'snapshot',
      frames: [{ function: evil, file: evil, line: 1, column: 1 }],
      variables: [{ name: evil, value: { type: 'string', value: evil } }],
      watches: [{ name: evil, error: evil }],
    }
    const tail = cli.start('tail', { isTTY: true, columns: 80, env: { NO_COLOR: '1' } })
    await cli.server.events.connected(1)
    cli.server.events.emit({ kind: 'hit', hit: hitView({ data }) })
    cli.server.events.emit(hit({ text: 'end' }))
    await tail.says('end')
    tail.interrupt()
    const { out } = await tail.done
    expect(out).not.toMatch(ACTIVE)
    expect(out.split('\n')).toHaveLength(6)
  })

  test('a table and an error', async () => {
    cli.server.on('GET /api/v1/actions', ok({ actions: [actionView({ id: evil, condition: evil })] }))
    const { out } = await cli.run('actions')
    expect(out).not.toMatch(ACTIVE)
    expect(out.split('\n')).toHaveLength(3)
    const { err } = await cli.run(['show', evil.slice(1)])
    expect(err).not.toMatch(ACTIVE)
    cli.server.on('GET /api/v1/actions', problem(400, 'request_invalid', evil))
    expect((await cli.run('actions')).err).not.toMatch(ACTIVE)
  })

  test('JSON keeps the value and escapes what a terminal would obey', async () => {
    cli.server.on('GET /api/v1/actions', ok({ actions: [actionView({ condition: `${evil}\u{e0041}` })] }))
    const { out } = await cli.run('actions --json')
    expect(out).not.toMatch(ACTIVE)
    expect(JSON.parse(out)[0].condition).toBe(`${evil}\u{e0041}`)
  })
})
