import { agentView, ok, problem } from '@lightrun/client/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHarness, type Harness } from './harness.ts'

let cli: Harness
beforeEach(async () => {
  cli = await createHarness()
  cli.server.on('GET /api/v1/agents', ok({ agents: [agentView()] }))
})
afterEach(() => cli.server.close())

describe('usage', () => {
  test.each([
    ['nonsense', "unknown command 'nonsense'"],
    ['agnts', '(Did you mean agents?)'],
    ['agents --frobnicate', "unknown option '--frobnicate'"],
    ['agents too many', 'too many arguments'],
    ['log shop', "missing required argument 'file:line'"],
    ['log shop src/cart.ts hello', 'write FILE:LINE, such as src/cart.ts:42'],
    ['log shop src/cart.ts:0 hello', 'lines count from 1'],
    ['log shop src/cart.ts:1:0 hello', 'columns count from 1'],
    ['log shop src/cart.ts:99999999 hello', 'no file is that long'],
    ['log shop a.ts:1 hello --level loud', '--level takes debug, info, warn, error, not "loud"'],
    ['log shop a.ts:1 hello --target moon', '--target takes server, stdout, both, not "moon"'],
    ['log shop a.ts:1 hello --expire soon', 'write 90s, 30m, 2h, 1d or a number of seconds'],
    ['log shop a.ts:1 hello --expire 0', 'is not a duration'],
    ['log shop a.ts:1 hello --max-hits 1.5', '--max-hits takes a whole number of at least 1, not "1.5"'],
  ])('%s → exit 2, nothing asked, and words that help', async (args, message) => {
    const { code, out, err } = await cli.run(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(cli.server.requests).toEqual([])
  })

  test.each([
    ['log shop', 'see: lightrun log --help'],
    ['rm --frobnicate', 'see: lightrun rm --help'],
    ['nonsense', 'see: lightrun --help'],
  ])('%s says where the right words are: %s', async (args, where) => {
    expect((await cli.run(args)).err).toContain(where)
  })

  test('alone, it shows its commands and asks for one', async () => {
    const { code, err } = await cli.run([])
    expect(code).toBe(2)
    expect(err).toContain('snapshot')
  })

  test('help and version are answers', async () => {
    const { code, out, err } = await cli.run('log --help')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('--condition <expression>')
    expect(out).toContain('--server <url>')
    expect(await cli.run('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' })
  })
})

describe('the server and the key', () => {
  test.each([
    [{ LIGHTRUN_SERVER: undefined }, 'set LIGHTRUN_SERVER'],
    [{ LIGHTRUN_SERVER: ' ' }, 'set LIGHTRUN_SERVER'],
    [{ LIGHTRUN_API_KEY: undefined }, 'set LIGHTRUN_API_KEY'],
    [{ LIGHTRUN_SERVER: 'localhost:8080' }, 'did you mean http://localhost:8080 ?'],
    [{ LIGHTRUN_API_KEY: 'a b' }, 'copy it again'],
  ])('%j → exit 2: %s', async (env, message) => {
    const { code, err } = await cli.run('agents', { env })
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  test('flags win over the environment', async () => {
    const env = { LIGHTRUN_SERVER: 'http://127.0.0.1:1', LIGHTRUN_API_KEY: 'other' }
    expect((await cli.run(`agents --server ${cli.server.url} --api-key mine`, { env })).code).toBe(0)
    expect(cli.server.requests[0]?.headers.authorization).toBe('Bearer mine')
  })

  test('a key with a line break around it, as files have, is taken without', async () => {
    expect((await cli.run('agents', { env: { LIGHTRUN_API_KEY: 'key-1\n' } })).code).toBe(0)
  })

  test('a server that is down → exit 3', async () => {
    await cli.server.close()
    const { code, err } = await cli.run('agents')
    expect(code).toBe(3)
    expect(err).toContain(cli.server.url)
    expect(err).toContain('LIGHTRUN_SERVER')
  })

  test('something else that answers → exit 3', async () => {
    cli.server.on('GET /api/v1/agents', { status: 200, body: '<html>' })
    expect((await cli.run('agents')).code).toBe(3)
  })

  test('a refused key → exit 4', async () => {
    cli.server.on('GET /api/v1/agents', problem(401, 'unauthorized', 'no such key'))
    const { code, err } = await cli.run('agents')
    expect(code).toBe(4)
    expect(err).toBe('error unauthorized: no such key\nthe key comes from LIGHTRUN_API_KEY or --api-key\n')
  })
})

describe('color', () => {
  const ESCAPE = '\x1b['

  test('is for terminals only, and not where NO_COLOR is set', async () => {
    expect((await cli.run('agents', { isTTY: true, columns: 200 })).out).toContain(ESCAPE)
    expect((await cli.run('agents')).out).not.toContain(ESCAPE)
    expect((await cli.run('agents', { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain(ESCAPE)
    expect((await cli.run('agents', { isTTY: true, env: { TERM: 'dumb' } })).out).not.toContain(ESCAPE)
    expect((await cli.run('agents --json', { isTTY: true })).out).not.toContain(ESCAPE)
  })

  test('captured text cannot end or change it', async () => {
    cli.server.on('GET /api/v1/agents', ok({ agents: [agentView({ displayName: '\x1b[0mshop', connected: false })] }))
    const { out } = await cli.run('agents', { isTTY: true, columns: 200 })
    expect(out).toContain('\x1b[2m\\x1b[0mshop\x1b[22m')
  })
})
