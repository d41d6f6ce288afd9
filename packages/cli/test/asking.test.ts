import { actionView, agentView, hitView, NOON_MS, ok, problem } from '@lightrun/client/testing'
import type { ActionView, AgentStatus, Passes } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { placed, says } from './agent-says.ts'
import { createHarness, type Harness, text } from './harness.ts'

let cli: Harness
beforeEach(async () => {
  cli = await createHarness()
  cli.server.on('GET /api/v1/agents', ok({ agents: [agentView()] }))
})
afterEach(() => cli.server.close())

/** For three minutes. */
const isPlaced = (changes: Partial<AgentStatus> = {}) => says(placed, { atMs: NOON_MS - 180_000, ...changes })
const bodies = () => cli.server.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)

describe('at a return or a throw', () => {
  const created = actionView({ at: 'return', agents: [isPlaced()] })
  beforeEach(() => {
    cli.server.on('POST /api/v1/actions', ok(created, 201))
    cli.server.on('GET /api/v1/actions/act-log-1', ok(created))
  })

  test.each([
    ['log shop src/cart.ts:42 x --at return', 'return'],
    ['snapshot shop src/cart.ts:42 --at throw', 'throw'],
    ['counter shop src/cart.ts:42 n --at throw', 'throw'],
    ['metric shop src/cart.ts:42 n $return --at return', 'return'],
    ['snapshot shop src/cart.ts:42 --at line', undefined],
    ['snapshot shop src/cart.ts:42', undefined],
  ])('%s', async (words, at) => {
    expect((await cli.run(words)).code).toBe(0)
    expect((bodies()[0] as { at?: string }).at).toBe(at)
  })

  test('is shown wherever the place is', async () => {
    expect((await cli.run('log shop src/cart.ts:42 x --at return')).out).toContain('src/cart.ts:42 at return')
    cli.server.on('GET /api/v1/actions', ok({ actions: [created] }))
    expect((await cli.run('actions')).out).toContain('src/cart.ts:42 at return')
    expect((await cli.run('show act')).out).toContain('where     src/cart.ts:42 at return')
  })

  test('is no other moment', async () => {
    const { code, err } = await cli.run('snapshot shop src/cart.ts:42 --at entry')
    expect([code, bodies()]).toEqual([2, []])
    expect(err).toContain('line, return, throw')
  })
})

describe('what the user has checked out', () => {
  const asked = async (files: Record<string, string>, words = 'log shop src/cart.ts:42 x') => {
    cli.server.on('POST /api/v1/actions', ok(actionView(), 201))
    await cli.run(`${words} --no-wait`, { files })
    return (bodies()[0] as { vcs?: unknown }).vcs
  }
  const commit = 'be174f5aa0c08e3c447b42b3c2246d3bb5e86dd89'.slice(0, 40)
  const config =
    '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://me:secret@example.com/shop.git\n\tfetch = x\n'

  test('goes along, but for a password', async () => {
    const files = {
      '.git/HEAD': 'ref: refs/heads/fix/totals\n',
      '.git/refs/heads/fix/totals': `${commit}\n`,
      '.git/config': config,
    }
    expect(await asked(files)).toEqual({ repository: 'https://example.com/shop.git', branch: 'fix/totals', commit })
  })

  test('is found in packed references, and without a branch', async () => {
    const packed = {
      '.git/HEAD': 'ref: refs/heads/main',
      '.git/packed-refs': `# pack-refs\n${commit} refs/heads/main\n`,
    }
    expect(await asked(packed)).toEqual({ branch: 'main', commit })
  })

  test('without a branch is a commit', async () => {
    expect(await asked({ '.git/HEAD': `${commit}\n` })).toEqual({ commit })
  })

  test('is nothing where that cannot be told, and where nothing is to be looked at', async () => {
    expect(await asked({})).toBeUndefined()
    expect(await asked({ '.git/HEAD': 'gibberish' })).toBeUndefined()
    expect(await asked({ '.git/HEAD': commit }, 'log shop src/cart.ts:42 x --no-check')).toBeUndefined()
  })

  test('is shown with the action', async () => {
    const vcs = { repository: 'https://example.com/shop', branch: 'main', commit }
    cli.server.on('GET /api/v1/actions', ok({ actions: [actionView({ vcs })] }))
    expect((await cli.run('show act')).out).toContain(
      `code      main @ ${commit.slice(0, 12)}, https://example.com/shop`,
    )
  })
})

describe('the same again', () => {
  const log = actionView({ id: 'aaa' })
  beforeEach(() => {
    cli.server.on('GET /api/v1/actions', ok({ actions: [log] }))
    const copy = actionView({ id: 'copy', agents: [isPlaced()] })
    cli.server.on('POST /api/v1/actions/aaa/duplicates', ok(copy, 201))
    cli.server.on('GET /api/v1/actions/copy', ok(copy))
  })

  test('is placed like any question', async () => {
    const { code, out } = await cli.run('duplicate a')
    expect([code, bodies()]).toEqual([0, [{}]])
    expect(out).toBe(text`
      log copy  src/cart.ts:42  total {total}
        ✓ shop  placed
    `)
  })

  test('differs in what is said', async () => {
    await cli.run(['duplicate', 'aaa', '--where', 'src/pay.ts:7', '--no-condition', '--at', 'throw', '--format', '{a}'])
    const task = { ...log.task, format: '{a}' }
    expect(bodies()).toEqual([{ position: { file: 'src/pay.ts', line: 7 }, condition: null, at: 'throw', task }])
  })

  test('shows the fault of what is said', async () => {
    const details = { field: 'condition', column: 3 }
    cli.server.on('POST /api/v1/actions/aaa/duplicates', problem(422, 'expression_syntax', 'unexpected end', details))
    const { code, err } = await cli.run(['duplicate', 'aaa', '--condition', 'b +'])
    expect(code).toBe(1)
    expect(err).toContain('  b +\n    ^')
  })
})

describe('removing', () => {
  const actions = [
    actionView({ id: 'aaa' }),
    actionView({ id: 'bbb', state: 'ended' }),
    actionView({ id: 'ccc', state: 'expired' }),
  ]
  beforeEach(() => {
    cli.server.on('GET /api/v1/actions', ok({ actions }))
    cli.server.on('POST /api/v1/actions/removals', ({ body }) => ok({ removed: (body as { ids: string[] }).ids }))
  })

  test.each([
    ['rm b c', ['bbb', 'ccc']],
    ['rm --over', ['bbb', 'ccc']],
    ['rm --all', ['aaa', 'bbb', 'ccc']],
  ])('%s takes one step', async (words, ids) => {
    expect(JSON.parse((await cli.run(`${words} --json`)).out)).toEqual({ removed: ids })
    expect(bodies()).toEqual([{ ids }])
  })

  test.each(['rm', 'rm aaa --all', 'rm --all --over'])('%s does not say which', async (words) => {
    expect((await cli.run(words)).code).toBe(2)
    expect(bodies()).toEqual([])
  })

  test('nothing is no failure', async () => {
    cli.server.on('GET /api/v1/actions', ok({ actions: [] }))
    expect(await cli.run('rm --over')).toEqual({ code: 0, out: '', err: 'there is nothing to remove\n' })
    expect(bodies()).toEqual([])
  })
})

describe('why there are no hits', () => {
  const passes = (all: number, changes: Partial<Passes> = {}): Passes => ({
    passes: all,
    ...{ conditionFalse: 0, conditionFailed: 0, throttled: 0, ...changes },
  })
  const shown = async (changes: Partial<ActionView>, ...told: (Passes | undefined)[]) => {
    const agents = told.map((each, index) =>
      isPlaced({ agentId: `agent-${index}`, ...(each === undefined ? {} : { passes: each }) }),
    )
    cli.server.on('GET /api/v1/actions', ok({ actions: [actionView({ ...changes, agents })] }))
    const { out } = await cli.run('show act')
    return { why: /^no hits: .*$/m.exec(out)?.[0], passed: /passed {4}(.*)$/m.exec(out)?.[1] }
  }

  test.each<[string, Partial<ActionView>, Passes, RegExp]>([
    ['the line was not reached', {}, passes(0), /nothing has run this line in the 3m since it was placed; see that/],
    ['the function was not', { at: 'throw' }, passes(0), /nothing has run this function's throw in/],
    ['the condition', {}, passes(9, { conditionFalse: 9 }), /passed 9 times, and the condition was false each time;/],
    ['once', {}, passes(1, { conditionFalse: 1 }), /passed once, and/],
    [
      'the condition fails',
      {},
      passes(9, { conditionFalse: 4, conditionFailed: 5 }),
      /could not be evaluated or was false each time; the agent says why/,
    ],
    ['the budget', {}, passes(9, { throttled: 9 }), /passed 9 times: over the budget 9; narrow the condition/],
    [
      'pairs',
      { task: { type: 'tictoc', name: 't', toc: { file: 'a.ts', line: 9 } } },
      passes(5),
      /never one after the other in one asynchronous context/,
    ],
    ['calls', { task: { type: 'duration', name: 'd' } }, passes(2), /none that began since has ended/],
  ])('%s', async (_, changes, told, why) => {
    expect((await shown(changes, told)).why).toMatch(why)
  })

  test('sums the agents, and says on how many nothing passed', async () => {
    const { passed, why } = await shown({ hitCount: 3 }, passes(7, { conditionFalse: 4 }), passes(0), undefined)
    expect([passed, why]).toEqual(['7: condition false 4, none on 1 of 2 agents', undefined])
  })

  test('is not guessed where no agent has told, nor for an action that is over', async () => {
    expect(await shown({}, undefined)).toEqual({ why: undefined, passed: undefined })
    expect((await shown({ state: 'expired' }, passes(0))).why).toBeUndefined()
  })

  test('is a word in the list, and told by `hits`', async () => {
    const idle = actionView({ id: 'aaa', agents: [isPlaced({ passes: passes(0) })] })
    const never = actionView({ id: 'bbb', agents: [isPlaced({ passes: passes(3, { conditionFalse: 3 }) })] })
    cli.server.on('GET /api/v1/actions', ok({ actions: [idle, never] }))
    const { out } = await cli.run('actions')
    expect(out).toMatch(/^aaa .* not reached /m)
    expect(out).toMatch(/^bbb .* never true /m)
    cli.server.on('GET /api/v1/actions/bbb/hits', ok({ hits: [] }))
    expect((await cli.run('hits bbb')).err).toMatch(/^no hits: passed 3 times, .*lightrun show bbb$/m)
  })
})

describe('what comes with a line of a log', () => {
  const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
  const fields = [
    { name: 'total', value: { type: 'number' as const, value: 12.5 } },
    { name: 'user.id', error: 'user is not defined here' },
  ]
  beforeEach(() => {
    cli.server.on('GET /api/v1/actions', ok({ actions: [actionView()] }))
    const data = { type: 'log' as const, level: 'info' as const, text: 'total 12.5', fields, trace }
    cli.server.on('GET /api/v1/actions/act-log-1/hits', ok({ hits: [hitView({ data })] }))
  })

  test('its span stands behind it, its values below it when asked for', async () => {
    const head = `12:00:00.000 shop  INFO  total 12.5  trace ${trace.traceId} span ${trace.spanId}\n`
    expect((await cli.run('hits act')).out).toBe(head)
    const values = '    total = 12.5\n    user.id = user is not defined here\n'
    expect((await cli.run('hits act --fields')).out).toBe(head + values)
  })

  test('--json has all of it', async () => {
    expect(JSON.parse((await cli.run('hits act --json')).out).data).toMatchObject({ fields, trace })
  })
})

test('a snapshot that was cut short says how to see more', async () => {
  const value = { type: 'object' as const, class: 'Array', size: 90, items: [], omitted: 'items' as const }
  const cart = { type: 'object' as const, class: 'Cart', properties: [['items', value] as [string, typeof value]] }
  const data = { type: 'snapshot' as const, frames: [], variables: [{ name: 'cart', value: cart }], watches: [] }
  cli.server.on('GET /api/v1/actions', ok({ actions: [actionView({ task: { type: 'snapshot', watches: [] } })] }))
  cli.server.on('GET /api/v1/actions/act-log-1/hits', ok({ hits: [hitView({ data })] }))
  const { out } = await cli.run('hits act')
  expect(out).toContain('cart = Cart { items: [ … 90 more ] }')
  expect(out).toContain('cut short; ask for more of it with: --watch cart.items')
})
