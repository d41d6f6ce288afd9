import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Action } from '@lightrun/core'
import { WebSocket } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, lineOf, type Running, type Stand, until } from './support/stand.ts'

/** Twenty orders a second: well within what the inspector may cost. */
const WORK = `
const prices = new Map([['tea', 3], ['cake', 5]])
function price(user, sku, quantity) {
  const total = prices.get(sku) * quantity
  return total
}
let orders = 0
function order(user, token) {
  const total = price(user, orders % 2 === 0 ? 'tea' : 'cake', 2)
  orders++
  return total
}
EXPORT
`
const MODULE = WORK.replace('EXPORT', 'export { order }')
const COMMONJS = WORK.replace('EXPORT', 'module.exports = { order }')
const USE = `
const user = { name: 'Ada', get secret() { console.log('the getter ran'); return 1 } }
let passes = 0
setInterval(() => { order(user, 'hunter2'); console.log('order ' + ++passes) }, 50)
`
const FILES = {
  'esm/app.mjs': `import { order } from './work.mjs'\nimport lightrun from '@lightrun/sdk-node'\nlightrun.start()\n${USE}`,
  'esm/work.mjs': MODULE,
  'cjs/app.cjs': `const { order } = require('./work.cjs')\nrequire('@lightrun/sdk-node').start()\n${USE}`,
  'cjs/work.cjs': COMMONJS,
  'dep/app.mjs': `import { order } from 'dependency'\n${USE}`,
  'dep/node_modules/dependency/index.js': COMMONJS,
  'hot/app.cjs': `
function spin(n) {
  return n + 1
}
require('@lightrun/sdk-node').start()
let n = 0
setInterval(() => { for (let i = 0; i < 100_000; i++) n = spin(n); console.log('spun ' + n) }, 20)
`,
}

const SLOPPY = `
var target = { label: 'tea' }
function work(count) {
  const before = count; with (target) { let doubled = count * 2;
    label = 'cake ' + doubled }
  return before
}
function Asm(stdlib) {
  'use asm'
  function add(a, b) {
    a = a | 0
    b = b | 0
    return (a + b) | 0
  }
  return { add: add }
}
var sums = Asm(globalThis)
let n = 0
setInterval(() => { work(n++); sums.add(n, 1); console.log('worked ' + n) }, 50)
`

describe('what the weaver leaves as it is in a woven file', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'sloppy.cjs': SLOPPY })
    stand.app('sloppy', ['sloppy.cjs'])
    await stand.agent('sloppy')
  })
  afterAll(() => stand.close())

  it('the body of a with statement is not: a proxy there would be asked for the name of our function', async () => {
    const line = lineOf(SLOPPY, 'label = ')
    const position = { file: 'sloppy.cjs', line }
    const task: Action['task'] = { type: 'log', format: '{doubled}', level: 'info', targets: ['server'] }
    const { id } = await stand.client.createAction({ source: 'sloppy', position, task })
    const status = await until('a status', async () => {
      const [agent] = (await stand.client.action(id)).agents
      return agent?.status.state === 'received' ? undefined : agent?.status
    })
    expect(status).toMatchObject({ state: 'failed', code: 'no_code_at_line' })
  })

  it('the rest of the same line keeps its probe', async () => {
    const { stdout } = await stand.lightrun('log', 'sloppy', `sloppy.cjs:${lineOf(SLOPPY, 'const before')}`, '{count}')
    expect(stdout).not.toContain('inspector')
    expect(stdout).toMatch(/placed|hitting/)
  })

  it('asm.js is served, or says that V8 cannot stop there', async () => {
    const { stdout } = await stand.lightrun('log', 'sloppy', `sloppy.cjs:${lineOf(SLOPPY, 'return (a + b)')}`, '{a}')
    expect(stdout).toMatch(/by the inspector, because it is asm\.js|V8 cannot stop/)
  })
})

describe.each([
  { name: 'esm', app: 'app.mjs', file: 'esm/work.mjs', preload: false, because: 'it was loaded before lightrun' },
  { name: 'cjs', app: 'app.cjs', file: 'cjs/work.cjs', preload: false, because: 'it was loaded before lightrun' },
  { name: 'dep', app: 'app.mjs', file: 'dependency/index.js', preload: true, because: 'it is a dependency' },
])('code that is not woven: $name', ({ name, app: entry, file, preload, because }) => {
  let stand: Stand
  let app: Running
  const at = (text: string) => `${file}:${lineOf(WORK, text)}`
  const ask = async (...args: string[]) => {
    const { code, stdout, stderr } = await stand.lightrun(...args, '--json')
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}\n${app.output()}`)
    return JSON.parse(stdout) as { id: string }
  }

  beforeAll(async () => {
    stand = await createStand()
    await stand.write(FILES)
    app = stand.app(name, [`${name}/${entry}`], { preload })
    await stand.agent(name)
  })
  afterAll(() => stand.close())

  it('says which engine serves it, and why', async () => {
    // Never hit, or `hitting` would be what it says.
    const never = ['--condition', 'total > 1000', '--expire', '3s']
    const { stdout } = await stand.lightrun('log', name, at('return total'), 'x', ...never)
    expect(stdout).toContain(`by the inspector, because ${because}`)
  })

  it('a log answers with the values of the line, under its condition', async () => {
    const { id } = await ask(
      ...['log', name, at('return total'), '{user.name}: {quantity} {sku} for {total}, {prices.size} prices'],
      ...['--condition', "sku === 'cake'", '--max-hits', '2'],
    )
    const hits = await stand.hits(id, 2)
    expect(hits.map(({ data }) => (data.type === 'log' ? data.text : ''))).toEqual([
      'Ada: 2 cake for 10, 2 prices',
      'Ada: 2 cake for 10, 2 prices',
    ])
    await stand.action(id, ({ state }) => state === 'ended')
  })

  it('a snapshot shows variables, the stack and no secret, and runs no getter', async () => {
    const { id } = await ask('snapshot', name, at('const total = price('), '--watch', 'user.secret')
    const [hit] = await stand.hits(id, 1)
    if (hit?.data.type !== 'snapshot') throw new Error('not a snapshot')
    const { variables, frames } = hit.data
    expect(variables.map((each) => each.name)).toEqual(expect.arrayContaining(['user', 'orders', 'prices']))
    expect(frames[0]).toMatchObject({ function: 'order', line: lineOf(WORK, 'const total = price(') })
    expect(frames[0]?.file).toMatch(new RegExp(`${file}$`))
    expect(frames[1]?.file).toMatch(/app/)
    expect(JSON.stringify(hit)).not.toContain('hunter2')
    expect(app.output()).not.toContain('getter ran')
  })

  it('a counter counts every pass, exactly', async () => {
    const before = orders(app)
    const { id } = await ask('counter', name, at('orders++'), 'orders')
    const from = orders(app)
    await until('some orders', async () => (orders(app) > from + 20 ? true : undefined))
    const least = orders(app) - from
    await stand.lightrun('toggle', id, '--off')
    const { hitCount } = await stand.action(id, (view) => view.hitCount >= least)
    // Of orders that were passed while the command began and ended, some are counted.
    await until('no more hits than orders', async () => (hitCount <= orders(app) - before ? true : undefined))
  })
})

describe('the variables of callers', () => {
  it('are in a snapshot of woven code that asks for them, without its secrets', async () => {
    const stand = await createStand()
    try {
      await stand.write({ 'woven.cjs': `${WORK.replace('EXPORT', '')}${USE}` })
      const app = stand.app('woven', ['woven.cjs'])
      await stand.agent('woven')
      const place = `woven.cjs:${lineOf(WORK, 'const total = prices')}`
      const { stdout } = await stand.lightrun('snapshot', 'woven', place, '--caller-locals', '2', '--json')
      const [hit] = await stand.hits((JSON.parse(stdout) as { id: string }).id, 1)
      if (hit?.data.type !== 'snapshot') throw new Error('not a snapshot')
      const [own, caller] = hit.data.frames
      expect([own?.function, own?.variables, caller?.function]).toEqual(['price', undefined, 'order'])
      const names = caller?.variables?.map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['user', 'token']))
      expect(JSON.stringify(hit)).not.toContain('hunter2')
      const before = orders(app)
      await until('the application to go on', async () => (orders(app) > before + 3 ? true : undefined))
      expect(app.output()).not.toContain('getter ran')
    } finally {
      await stand.close()
    }
  })
})

describe('a line that is too hot for the inspector', () => {
  it('is left alone but for moments, says so, and the application goes on', async () => {
    const stand = await createStand()
    try {
      await stand.write(FILES)
      const app = stand.app('hot', ['hot/app.cjs'], { preload: false })
      await stand.agent('hot')
      const { stdout } = await stand.lightrun('counter', 'hot', 'hot/app.cjs:3', 'spins', '--json')
      const { id } = JSON.parse(stdout) as { id: string }
      const view = await stand.action(id, ({ agents }) => agents.some(({ status }) => status.state === 'throttled'))
      expect(JSON.stringify(view.agents)).toMatch(
        /passed too often for the inspector, which costs about 0\.15 ms a pass/,
      )
      const spun = () => app.output().split('spun').length
      const before = spun()
      await until('the application to go on', async () => (spun() > before + 10 ? true : undefined), 5_000)
      expect(view.hitCount).toBeLessThan(1_000)
    } finally {
      await stand.close()
    }
  })
})

function orders(app: Running): number {
  return Number([...app.output().matchAll(/order (\d+)\n/g)].at(-1)?.[1] ?? 0)
}

describe('the inspector in a process with ideas of its own', () => {
  const LATE = `
function step(n) {
  const next = n + 1
  return next
}
require('@lightrun/sdk-node').start()
let n = 0
const timer = setInterval(() => { n = step(n); console.log('step ' + n) }, 50)
process.on('SIGUSR2', () => process.exit(7))
process.on('SIGHUP', () => clearInterval(timer))
`
  const LINE = lineOf(LATE, 'return next')
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'late.cjs': LATE })
  })
  afterAll(() => stand.close())

  async function start(name: string, ...flags: string[]): Promise<Running> {
    const app = stand.app(name, [...flags, 'late.cjs'], { preload: false })
    await stand.agent(name)
    return app
  }
  async function log(name: string): Promise<string> {
    const { stdout } = await stand.lightrun('log', name, `late.cjs:${LINE}`, '{next} after {n}', '--json')
    return (JSON.parse(stdout) as { id: string }).id
  }

  it.each([['--disallow-code-generation-from-strings'], ['--frozen-intrinsics']])('serves under %s', async (flag) => {
    await start(flag.slice(2), flag)
    const [hit] = await stand.hits(await log(flag.slice(2)), 1)
    expect(hit?.data).toMatchObject({ text: expect.stringMatching(/^\d+ after \d+$/) })
  })

  it('is silent at the end, and leaves the exit code', async () => {
    for (const [signal, code] of [
      ['SIGUSR2', 7],
      ['SIGHUP', 0],
    ] as const) {
      const app = await start(`ends by ${signal}`)
      await stand.hits(await log(`ends by ${signal}`), 1)
      const exited = once(app.child, 'exit')
      app.child.kill(signal)
      expect(await exited).toEqual([code, null])
      expect(app.output().replaceAll(/step \d+\n/g, '')).toBe('')
    }
  })

  it('says so where the inspector is closed', async () => {
    const major = Number(process.versions.node.split('.')[0])
    const permission = major > 20 ? '--permission' : '--experimental-permission'
    const allowed = ['fs-read=*', 'fs-write=*', 'worker', ...(major < 26 ? [] : ['net'])]
    const app = await start('closed', permission, ...allowed.map((each) => `--allow-${each}`))
    const view = await stand.action(await log('closed'), ({ agents }) =>
      agents.some(({ status }) => status.state === 'failed'),
    )
    expect(view.agents[0]?.status).toMatchObject({ code: 'inspector_unavailable' })
    await app.says(/step \d+/)
  })

  it('leaves the pauses of a debugger that is attached to whoever made them', async () => {
    const app = await start('debugged', '--inspect=0')
    const [, url = ''] = await app.says(/Debugger listening on (ws:\S+)/)
    const socket = new WebSocket(url)
    await once(socket as unknown as EventTarget, 'open')
    const heard: {
      method?: string
      params?: { hitBreakpoints?: string[]; callFrames: { location: { lineNumber: number } }[] }
    }[] = []
    socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))))
    let last = 0
    const send = (method: string, params: object = {}) => socket.send(JSON.stringify({ id: ++last, method, params }))
    const pauses = () => heard.filter(({ method }) => method === 'Debugger.paused')
    send('Runtime.enable')
    send('Debugger.enable')
    const id = await log('debugged')
    await stand.hits(id, 3)
    expect(pauses()).toEqual([])

    send('Debugger.setBreakpointByUrl', { lineNumber: LINE - 1, urlRegex: 'late\\.cjs$' })
    await until('the pause', async () => pauses()[0])
    expect(pauses()[0]?.params?.callFrames[0]?.location.lineNumber).toBe(LINE - 1)
    const output = app.output()
    await sleep(500)
    expect([app.output(), pauses().length]).toEqual([output, 1])
    send('Debugger.resume')
    await until('the next pause', async () => pauses()[1])

    await stand.lightrun('rm', id, '--yes')
    send('Debugger.resume')
    await until('a pause after ours has ended', async () => pauses()[2])
    send('Debugger.disable')
    socket.close()
    const before = app.output()
    await until('the application to go on', async () => (app.output() === before ? undefined : true))
  })
})
