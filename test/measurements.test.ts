import type { ActionView, MetricsView } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, lineOf, type Running, type Stand } from './support/stand.ts'

/** Serves batches of requests on demand and tells exactly what it did. */
const SERVICE = `
let served = 0
let sum = 0
async function serve(size) {
  const started = performance.now()
  sum += size
  await new Promise((resolve) => setTimeout(resolve, size))
  served++
  return started
}
const server = require('node:http').createServer(async (request, response) => {
  const sizes = JSON.parse(decodeURIComponent(request.url.slice(1)))
  await Promise.all(sizes.map(serve))
  response.end(JSON.stringify({ served, sum }))
})
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))
`
const CALLS = `
const server = require('node:http').createServer(async (request, response) => {
  const outcomes = []
  for (const call of [sync, later, each]) {
    for (const n of [1, 2, 3]) {
      try { await call(n); outcomes.push('ok') } catch { outcomes.push('no') }
    }
  }
  response.end(outcomes.join(' '))
})
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))

function sync(n) {
  if (n === 3) throw new RangeError('sync')
  return n // sync
}
async function later(n) {
  await new Promise((resolve) => setTimeout(resolve, n * 10)) // later
  if (n === 3) throw new RangeError('later')
  return n
}
function* numbers(n) {
  for (let i = 0; i < n; i++) yield i // numbers
  return n
}
async function each(n) {
  let sum = 0
  for (const i of numbers(n)) sum += i // each
  return inner(sum)
}
function inner(sum) {
  const text = sum === 3 ? '{' : '1'
  const parsed = JSON.parse(text)
  return parsed // inner
}
`
/** Calls that nest and overlap, thousands of them, a part of which throw; tells what it did once they are over. */
const LOAD = `
const told = { rounds: 0, calls: 0, thrown: 0, depths: 0 }
async function round(depth, random) {
  told.rounds++
  for (let n = 0; n < depth; n++) await nap(random)
  if (depth > 0) await Promise.all([round(depth - 1, random), round(depth - 2, random)])
  told.depths += depth
}
function nap(random) {
  return random() < 0.5 ? null : new Promise(random() < 0.5 ? setImmediate : (resolve) => setTimeout(resolve, random() * 5))
}
async function fall(depth, random) {
  told.calls++
  await nap(random)
  if (depth > 0) return fall(depth - 1, random)
  if (random() < 0.3) {
    told.thrown++
    throw new Error('as it happens')
  }
}
require('node:http').createServer(async (request, response) => {
  let seed = Number(request.url.slice(1))
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
  const falls = Array.from({ length: 300 }, (_, n) => fall(n % 6, random))
  await Promise.all([...Array.from({ length: 100 }, (_, n) => round(n % 5, random)), ...falls.map((each) => each.catch(() => {}))])
  response.end(JSON.stringify(told))
}).listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port) })
`
const at = (text: string) => `service.cjs:${lineOf(SERVICE, text)}`

describe('measurements of a running application', () => {
  let stand: Stand
  let app: Running
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'service.cjs': SERVICE })
    app = stand.app('service', ['service.cjs'])
    await stand.agent('service')
  })
  afterAll(() => stand.close())

  const ask = async (...args: string[]) => {
    const { code, stdout, stderr } = await stand.lightrun(...args, '--json')
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as ActionView
  }
  const serve = async (sizes: readonly number[]) => {
    const [, port] = await app.says(/port (\d+)/)
    const response = await fetch(`http://127.0.0.1:${port}/${JSON.stringify(sizes)}`)
    if (!response.ok) throw new Error(`the service answers ${response.status}`)
  }
  const measured = async (id: string, count: number): Promise<MetricsView> => {
    await stand.action(id, ({ hitCount }) => hitCount >= count)
    return stand.client.metrics(id)
  }

  it('a metric is exact, from every call to the command', async () => {
    const { id } = await ask('metric', 'service', at('sum += size'), 'size', 'size * 2')
    const sizes = Array.from({ length: 500 }, (_, index) => index % 10)
    await serve(sizes)
    await serve(sizes)
    const { total } = await measured(id, 1_000)
    expect(total.value).toMatchObject({ count: 1_000, sum: 9_000, min: 0, max: 18, mean: 9 })
    const { stdout } = await stand.lightrun('hits', id)
    expect(stdout).toMatch(/^n 1000 {2}mean 9 /)
    await ask('rm', id)
  })

  it('a tic & toc pairs requests that run at once, each with its own await', async () => {
    const { id } = await ask('tictoc', 'service', at('sum += size'), at('served++'), 'serving')
    await serve([40, 20, 60, 1])
    const { total } = await measured(id, 4)
    const { elapsed } = total
    expect(elapsed?.count).toBe(4)
    // Timers are never early, but for a millisecond of rounding.
    expect(elapsed?.min).toBeGreaterThanOrEqual(0)
    expect(elapsed?.min).toBeLessThan(elapsed?.p50 ?? 0)
    expect(elapsed?.max).toBeGreaterThanOrEqual(59)
    expect((elapsed?.sum ?? 0) >= 118).toBe(true)
    await ask('rm', id)
  })

  it('a duration knows sync, async and generator functions, and calls that throw apart', async () => {
    await stand.write({ 'calls.cjs': CALLS })
    const calls = stand.app('calls', ['calls.cjs'])
    await stand.agent('calls')
    const lineIn = (text: string) => `calls.cjs:${lineOf(CALLS, text)}`
    const [sync, later, numbers, each, inner] = await Promise.all(
      ['return n // sync', '// later', '// numbers', '// each', '// inner'].map((text) =>
        ask('duration', 'calls', lineIn(text)),
      ),
    )
    const [, port] = await calls.says(/port (\d+)/)
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expect(await answer.text()).toBe('ok ok no ok ok no ok ok no')
    const seen = async (action: ActionView | undefined, count: number) => {
      const { total } = await measured(action?.id ?? '', count)
      return { returned: total.returned?.count ?? 0, thrown: total.thrown?.count ?? 0, max: total.returned?.max ?? 0 }
    }
    expect(await seen(sync, 3)).toMatchObject({ returned: 2, thrown: 1 })
    const async = await seen(later, 3)
    expect(async).toMatchObject({ returned: 2, thrown: 1 })
    expect(async.max).toBeGreaterThanOrEqual(19)
    expect(await seen(numbers, 3)).toMatchObject({ returned: 3, thrown: 0 })
    expect(await seen(each, 3)).toMatchObject({ returned: 2, thrown: 1 })
    // An error that passes through a small function is not measured there; that it did is counted.
    expect(await seen(inner, 2)).toMatchObject({ returned: 2, thrown: 0 })
    const { losses } = await stand.action(inner?.id ?? '', (view) => view.losses.length > 0)
    expect(losses).toEqual([{ reason: 'unseen_end', count: 1 }])
  })

  it('a tic & toc and a duration are exact where calls nest and overlap', async () => {
    await stand.write({ 'load.cjs': LOAD })
    const loaded = stand.app('load', ['load.cjs'], { env: { LIGHTRUN_IGNORE_QUOTA: 'true' } })
    await stand.agent('load')
    const lineIn = (text: string) => `load.cjs:${lineOf(LOAD, text)}`
    const rounds = await ask('tictoc', 'load', lineIn('told.rounds++'), lineIn('told.depths +='), 'rounds')
    const falls = await ask('duration', 'load', lineIn('told.calls++'), 'falls')
    const sums = await ask('metric', 'load', lineIn('told.depths +='), 'depths', 'depth')
    const [, port] = await loaded.says(/port (\d+)/)
    const seeds = Array.from({ length: 12 }, (_, n) => 1 + n * 4_321)
    const answers = await Promise.all(seeds.map((seed) => fetch(`http://127.0.0.1:${port}/${seed}`)))
    const all = (await Promise.all(answers.map((answer) => answer.json()))) as { [of: string]: number }[]
    // The totals so far: who answered last knows them all.
    const told = all.reduce((last, each) =>
      (each.calls ?? 0) + (each.rounds ?? 0) > (last.calls ?? 0) + (last.rounds ?? 0) ? each : last,
    )
    expect(told.rounds).toBeGreaterThan(1_000)
    expect(told.thrown).toBeGreaterThan(100)

    const { elapsed } = (await measured(rounds.id, told.rounds ?? 0)).total
    expect(elapsed?.count).toBe(told.rounds)
    const { returned, thrown } = (await measured(falls.id, told.calls ?? 0)).total
    expect((returned?.count ?? 0) + (thrown?.count ?? 0)).toBe(told.calls)
    expect((await measured(sums.id, told.rounds ?? 0)).total.value).toMatchObject({
      count: told.rounds,
      sum: told.depths,
    })
    await Promise.all([rounds, falls, sums].map(({ id }) => ask('rm', id)))
  })

  it('a metric that is no number says so, and one that measures nothing says that', async () => {
    const { id } = await ask('metric', 'service', at('sum += size'), 'started', "'since ' + size")
    await serve([1])
    const view = await stand.action(id, ({ agents }) => agents[0]?.status.state === 'failed')
    expect(view.agents[0]?.status).toMatchObject({ code: 'expression_failed' })
    const quiet = await ask('metric', 'service', at('sum += size'), 'quiet', 'size', '--condition', 'size > 1e6')
    const events = stand.client.stream({ actionId: quiet.id })
    for await (const event of events) {
      if (event.kind !== 'metric') continue
      expect(event.series).toEqual({})
      break
    }
  })
})
