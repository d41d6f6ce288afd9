import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, runLightrun, type Stand } from './support/stand.ts'

const APP =
  'function tick(n) {\n  const doubled = {\n    n: n * 2,\n  }\n  return doubled\n}\nsetInterval(() => tick(1), 5)\n'

describe('mistakes at the command line', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({
      'app.cjs': `require('./a/util.cjs'); require('./b/util.cjs')\n${APP}`,
      'a/util.cjs': APP,
      'b/util.cjs': APP,
    })
    stand.app('app', ['app.cjs'])
    await stand.agent('app')
  })
  afterAll(() => stand.close())

  // What the user sees must name the mistake and what to do; nothing may be left behind by a refused request.
  it.each<[string, string[], number, RegExp]>([
    ['a source nobody has', ['log', 'nobody', 'app.cjs:3', 'x'], 1, /source_unknown[\s\S]*app/],
    ['a file that is not loaded', ['log', 'app', 'nope.js:3', 'x'], 1, /file_not_found[\s\S]*as soon as one loads/],
    ['a line without code', ['log', 'app', 'app.cjs:4', 'x'], 1, /no_code_at_line[\s\S]*nearest line with code is 3/],
    ['an ambiguous file', ['log', 'app', 'util.cjs:2', 'x'], 1, /file_ambiguous[\s\S]*a\/util\.cjs[\s\S]*b\/util\.cjs/],
    [
      'a format that does not parse',
      ['log', 'app', 'app.cjs:6', 'n is {n +}'],
      1,
      /format_syntax|expression_syntax[\s\S]*column/,
    ],
    ['a condition that does not parse', ['log', 'app', 'app.cjs:6', 'x', '--condition', 'n >'], 1, /expression_syntax/],
    ['a condition that writes', ['log', 'app', 'app.cjs:6', 'x', '--condition', 'n = 2'], 1, /expression_not_allowed/],
    [
      'a condition that calls the application',
      ['log', 'app', 'app.cjs:6', 'x', '--condition', 'tick(2)'],
      1,
      /expression_not_allowed/,
    ],
    ['an absurd expiry', ['log', 'app', 'app.cjs:6', 'x', '--expire', '900d'], 1, /limit_invalid/],
    ['an absurd hit limit', ['log', 'app', 'app.cjs:6', 'x', '--max-hits', '99999999999'], 1, /limit_invalid/],
    ['a line that is no number', ['log', 'app', 'app.cjs:zero', 'x'], 2, /FILE:LINE/],
    ['line 0', ['log', 'app', 'app.cjs:0', 'x'], 2, /line/i],
    ['a flag that does not exist', ['log', 'app', 'app.cjs:6', 'x', '--max-hit', '3'], 2, /max-hit/],
    ['an action that does not exist', ['show', 'nope'], 1, /action_unknown/],
  ])('%s', async (_name, args, code, message) => {
    const before = (await stand.client.actions()).length
    const result = await stand.lightrun(...args)
    expect(result.stdout + result.stderr).toMatch(message)
    expect(result.code).toBe(code)
    const { length } = await stand.client.actions()
    // An action that was accepted and could not be placed waits for its file; what was refused is not there.
    expect(length - before).toBe(/file_|no_code/.test(String(message)) ? 1 : 0)
  })

  it('an ambiguous file is offered as it can be pasted', async () => {
    const { stdout, stderr } = await stand.lightrun('log', 'app', 'util.cjs:2', 'n is {n}')
    expect(stdout + stderr).toMatch(
      /2 loaded files match util\.cjs; write more of the path: a\/util\.cjs, b\/util\.cjs\n/,
    )
    expect(stdout + stderr).toMatch(/lightrun log app b\/util\.cjs:2 /)
    const pasted = await stand.lightrun('log', 'app', 'b/util.cjs:2', 'n is {n}')
    expect([pasted.code, pasted.stdout]).toEqual([0, expect.stringContaining('✓ app')])
  })

  it('a wrong key is refused with its own exit code', async () => {
    const result = await runLightrun(['agents'], {
      LIGHTRUN_SERVER: stand.bootstrap.url,
      LIGHTRUN_API_KEY: 'lr_api_wrong',
    })
    expect([result.code, result.stderr]).toEqual([4, expect.stringContaining('unauthorized')])
  })

  it('a server that is not there is named', async () => {
    const result = await runLightrun(['agents'], {
      LIGHTRUN_SERVER: 'http://127.0.0.1:9',
      LIGHTRUN_API_KEY: 'lr_api_x',
    })
    expect([result.code, result.stderr]).toEqual([3, expect.stringContaining('127.0.0.1:9')])
  })

  it('an application with a wrong key runs on, and says so once', async () => {
    const app = stand.app('wrong', ['app.cjs'], { env: { LIGHTRUN_SECRET: 'lr_pool_wrong' } })
    await app.says(/lightrun: unauthorized/)
    expect(app.child.exitCode).toBeNull()
    await app.kill()
    expect(app.output().match(/unauthorized/g)).toHaveLength(1)
  })
})
