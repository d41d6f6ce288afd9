// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, type Sandbox } from '../src/index.ts'
import { compiled, evaluate, newSandbox, value } from './evaluating.ts'

/**
 * Exhaustion: whatever an expression asks for, and of whatever size, it ends soon, and the answer says which budget
 * ended it. Budgets of the direct evaluator; those of QuickJS alone are in guest.test.ts.
 */
let sandbox: Sandbox
beforeAll(async () => {
  // The default limits, but for the time: which budget ends an evaluation must not depend on how busy the machine is.
  sandbox = newSandbox({ limits: { timeMs: 2_000 } })
  using expression = compiled(sandbox, 'new RegExp("a").test("a")')
  await expression.prepare()
})
afterAll(() => sandbox.dispose())

/** Processor time: the machine may have other things to do. */
async function cpuMs(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

const exceeded = (budgets: string) => ({ status: 'exceeded', budget: expect.stringMatching(`^(${budgets})$`) })
const many = (count: number, make: (index: number) => unknown = () => 0) =>
  Array.from({ length: count }, (_, i) => make(i))

describe('the direct evaluator ends within its fuel', () => {
  const longTexts = many(2_000, (i) => 'x'.repeat(20_000) + i)
  const wide = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i]))
  test.each<[string, Record<string, unknown>, string]>([
    ['xs.some(x => x > 1)', { xs: many(20_000) }, 'fuel'],
    ['xs.map(x => xs.map(y => x * y))', { xs: many(500) }, 'fuel'],
    ['xs.map(x => xs.includes(1))', { xs: many(500) }, 'fuel'],
    ['xs.reduce(a => [...a, ...a], [1])', { xs: many(64) }, 'fuel'],
    ['xs.reduce(a => a.concat(a), [1])', { xs: many(64) }, 'fuel'],
    ['xs.reduce(a => a + a, "ab")', { xs: many(64) }, 'bytes'],
    ['xs.reduce(a => `${a}${a}`, "ab")', { xs: many(64) }, 'bytes'],
    ['xs.reduce(a => a * a, 3n)', { xs: many(64) }, 'fuel'],
    ['JSON.stringify(xs.reduce(a => [a, a], []))', { xs: many(64) }, 'fuel|bytes'],
    ['JSON.stringify(xs.reduce(a => [a], []))', { xs: many(1_000) }, 'stack'],
    ['xs.reduce(a => [a, a], []).flat(100)', { xs: many(64) }, 'fuel'],
    ['xs.toSorted((a, b) => b - a)', { xs: many(9_000, (i) => (i * 7_919) % 9_001) }, 'fuel'],
    ['texts.toSorted()', { texts: longTexts }, 'fuel'],
    ['texts.indexOf(texts.at(-1) + "")', { texts: longTexts }, 'fuel'],
    ['new Set(texts).size', { texts: longTexts }, 'fuel'],
    ['Object.fromEntries(texts.map(t => [t, 1]))', { texts: longTexts }, 'fuel'],
    ['Object.keys(wide)', { wide }, 'fuel'],
    ['({ ...wide })', { wide }, 'fuel'],
    ['Array.from({ length: 1e9 })', {}, 'fuel'],
    ['Array.from({ length: 9e3 }, () => "x".repeat(1e5)).length', {}, 'bytes'],
    ['"a".repeat(1e5).split("").length', {}, 'fuel'],
    ['"a".repeat(1e5).replaceAll("a", "bb")', {}, 'fuel|bytes'],
    ['xs.map(x => "a".repeat(9e4).replaceAll("ab", ""))', { xs: many(9_000) }, 'fuel|bytes'],
    ['xs.map(x => text.toUpperCase())', { xs: many(9_000), text: 'x'.repeat(10_000) }, 'bytes'],
    ['xs.map(x => text.normalize("NFKD"))', { xs: many(9_000), text: 'é'.repeat(10_000) }, 'fuel'],
    ['xs.map(x => text.localeCompare(text))', { xs: many(9_000), text: 'é'.repeat(10_000) }, 'fuel'],
    [
      'xs.some(x => text === other)',
      { xs: many(9_000), text: 'x'.repeat(1e6), other: `${'x'.repeat(1e6 - 1)}y` },
      'fuel',
    ],
    ['xs.map(x => big.toString(3))', { xs: many(9_000), big: 2n ** 16_000n }, 'fuel'],
    ['xs.map(x => Number(text))', { xs: many(9_000), text: '1'.repeat(100_000) }, 'fuel'],
    ['xs.map(x => encodeURIComponent(text))', { xs: many(9_000), text: 'é'.repeat(10_000) }, 'fuel|bytes'],
    ['JSON.parse(text)', { text: `[${'1,'.repeat(60_000)}1]` }, 'fuel|bytes'],
    ['xs.with(0, 1).map(x => xs.toReversed())', { xs: many(2_000) }, 'fuel'],
    ['xs.map((x, i, all) => Math.max(...all))', { xs: many(2_000) }, 'fuel'],
    ['xs.map(x => ({ ...o }))', { xs: many(2_000), o: Object.fromEntries(many(100).map((_, i) => [i, i])) }, 'fuel'],
  ])('%s', async (source, scope, budget) => {
    let answer: unknown
    const spent = await cpuMs(async () => {
      answer = await evaluate(sandbox, source, scope)
    })
    expect(answer).toEqual(exceeded(budget))
    expect(spent).toBeLessThan(250)
    expect(await evaluate(sandbox, '[1, 2].map(x => x + 1)')).toEqual(value([2, 3]))
  })

  test('the last evaluation that has enough, and the first that has not', async () => {
    // One for each element and three for the terms of the callback and itself.
    const fits = Math.floor(DEFAULT_LIMITS.fuel / 3)
    expect(await evaluate(sandbox, 'xs.every(x => !x)'.replace('!x', 'true'), { xs: many(fits) })).toEqual(value(true))
    expect(await evaluate(sandbox, 'xs.every(x => true)', { xs: many(fits + 1) })).toEqual(exceeded('fuel'))
    expect(await evaluate(sandbox, '"".padEnd(1e5).concat("".padEnd(1e5)).length', {})).toEqual(value(200_000))
  })

  test('the clock ends what fuel does not', async () => {
    let nowMs = 0
    const own = newSandbox({ clock: { nowMs: () => nowMs++ }, limits: { timeMs: 3 } })
    expect(await evaluate(own, 'xs.some(x => x)', { xs: many(5_000) })).toEqual(exceeded('time'))
    expect(await evaluate(own, 'xs.some(x => x)', { xs: many(300) })).toEqual(value(false))
    own.dispose()
  })
})

test('whenever the deadline is met while QuickJS goes through an iterator, it is said', async () => {
  let looks = 0
  const own = newSandbox({ clock: { nowMs: () => (looks-- > 0 ? 0 : 1_000) }, limits: { timeMs: 10 } })
  using expression = compiled(own, 'new Set(c)', { engine: 'quickjs' })
  looks = 1_000
  await expression.prepare()
  const evaluate = expression.bind(['c'])
  const answers = Array.from({ length: 30 }, (_, count) => {
    looks = count
    return evaluate([' '.repeat(60_000)])
  })
  expect(new Set(answers.map((answer) => (answer.status === 'exceeded' ? answer.budget : answer.status)))).toEqual(
    new Set(['time', 'value']),
  )
  own.dispose()
})

describe('catastrophic regular expressions end within the deadline', () => {
  test.each([
    ['/^(a+)+$/.test(text)', 'a'.repeat(40)],
    ['/^(a|a)*$/.test(text)', 'a'.repeat(40)],
    ['/(x+x+)+y/.test(text)', 'x'.repeat(5_000)],
    ['/^(([a-z])+.)+[A-Z]([a-z])+$/.test(text)', 'a'.repeat(60)],
    ['/(.*)*=(.*)*;/.exec(text)', 'x'.repeat(10_000)],
    ['text.replace(/(a*)*b/g, "")', 'a'.repeat(10_000)],
    ['text.split(/(a*)*b/).length', 'a'.repeat(10_000)],
    ['[...text.matchAll(/(a*)*b/g)].length', 'a'.repeat(10_000)],
    ['[text, text].some(t => /^(a+)+$/.test(t))', 'a'.repeat(40)],
    ['new RegExp("^(a+)+$").test(text)', 'a'.repeat(40)],
  ])('%s', async (source, head) => {
    const strict = newSandbox({ limits: { timeMs: 20 } })
    using expression = compiled(strict, source)
    await expression.prepare()
    const run = expression.bind(['text'])
    let answer: unknown
    const spent = await cpuMs(async () => {
      answer = run([`${head}!`])
    })
    expect(answer).toEqual(exceeded('time|stack|memory'))
    expect(spent).toBeLessThan(300)
    strict.dispose()
  })

  test('one deadline spans all steps into QuickJS of an evaluation', async () => {
    const strict = newSandbox({ limits: { timeMs: 20 } })
    // instanceof keeps the callback outside, so that each element is a step of its own.
    using expression = compiled(strict, 'xs.filter(x => x instanceof Error || /^(a+)+$/.test(x)).length')
    await expression.prepare()
    const run = expression.bind(['xs'])
    const spent = await cpuMs(async () => {
      expect(run([many(1_000, () => `${'a'.repeat(40)}b`)])).toEqual(exceeded('time'))
    })
    expect(spent).toBeLessThan(300)
    strict.dispose()
  })
})

describe('native calls inside QuickJS are counted, because the deadline is not looked at in them', () => {
  test.each<[string, Record<string, unknown>]>([
    ['xs.map((x, i, all) => all.concat(all, all, all)).length', { xs: many(4_000) }],
    ['Array.from({ length: 20000 }, (_, i) => i).map((x, i, l) => Math.max(...l)).length', {}],
    ['xs.map((x, i, all) => all.slice(0)).length', { xs: many(4_000) }],
    ['Array.from({ length: 2000 }, (_, i) => "a".repeat(90000) + i).toSorted().length', {}],
    ['xs.map((x, i, all) => all.indexOf("c")).length', { xs: many(4_000) }],
    ['xs.map((x, i, all) => [...all.values()]).length', { xs: many(4_000) }],
    ['xs.map((x, i, all) => all.toSorted()).length', { xs: many(4_000) }],
    ['xs.map((x, i, all) => ({ ...all })).length', { xs: many(4_000) }],
    ['xs.map((x, i, all) => new Set(all).size).length', { xs: many(4_000) }],
    ['xs.map(x => text.toUpperCase()).length', { xs: many(4_000), text: 'x'.repeat(50_000) }],
    ['xs.map(x => text === text + "").length', { xs: many(4_000), text: 'x'.repeat(50_000) }],
    ['xs.map(x => text.split("")).length', { xs: many(4_000), text: 'x'.repeat(9_000) }],
  ])('%s', async (source, scope) => {
    using expression = compiled(sandbox, source, { engine: 'quickjs' })
    await expression.prepare()
    const run = expression.bind(Object.keys(scope))
    let answer: unknown
    const spent = await cpuMs(async () => {
      answer = run(Object.values(scope))
    })
    expect(answer).toEqual(exceeded('fuel|memory|bytes|time'))
    expect(spent).toBeLessThan(400)
  })
})

describe('values of any size', () => {
  test('very deep, very wide, cyclic', async () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = { d: deep }
    const cyclic: Record<string, unknown> = { list: [] }
    cyclic.self = cyclic
    ;(cyclic.list as unknown[]).push(cyclic)
    const scope = { deep, cyclic, xs: many(200_000), wide: new Map(many(200_000, (i) => [i, i]) as [number, number][]) }
    for (const source of [
      'deep.d.d.d !== 1',
      'xs.length + xs[199999]',
      'wide.size + wide.get(5)',
      'cyclic.self.self.list[0].self === cyclic',
    ]) {
      expect((await evaluate(sandbox, source, scope)).status, source).toBe('value')
    }
    for (const source of ['JSON.stringify(deep)', '[...wide]', 'wide.keys()', 'xs.map(x => x)', 'xs.join()']) {
      for (const options of [{}, { engine: 'quickjs' }] as const) {
        expect((await evaluate(sandbox, source, scope, options)).status, source).toMatch(/exceeded|omitted/)
      }
    }
    expect(await evaluate(sandbox, 'JSON.stringify(cyclic)', scope)).toMatchObject({ status: 'failed' })
  })

  test('detached buffers and revoked proxies are not taken for empty ones', async () => {
    const bytes = new Uint8Array(8)
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const scope = { bytes, proxy, xs: [1] }
    for (const source of [
      'bytes.map(x => x)',
      '[...bytes]',
      'bytes.includes(1)',
      'bytes.join()',
      'Array.from(bytes)',
    ]) {
      expect((await evaluate(sandbox, source, scope)).status, source).toBe('failed')
      expect((await evaluate(sandbox, source, scope, { engine: 'quickjs' })).status, source).toBe('omitted')
    }
    for (const source of [
      'proxy.x',
      '"x" in proxy',
      'Object.keys(proxy)',
      '({ ...proxy })',
      '[...proxy]',
      'proxy.map(x => x)',
      'xs.map(x => proxy.a)',
      'proxy instanceof Object',
      'JSON.stringify(proxy)',
      'Array.isArray(proxy)',
      '`${proxy}`',
    ]) {
      expect(await evaluate(sandbox, source, scope), source).toMatchObject({ status: 'omitted', reason: 'unsafe' })
    }
  })
})
