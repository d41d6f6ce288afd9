// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { compiled, newSandbox } from './evaluating.ts'

/** Leak: 200 000 evaluations, failures and omissions among them, leave nothing behind in V8 or in QuickJS. */
const EVALUATIONS = 200_000
/** Of these, as many go into QuickJS: they take a hundred times as long. */
const GUEST_EVALUATIONS = 20_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapBytes(): number {
  for (let i = 0; i < 3; i++) collect()
  return process.memoryUsage().heapUsed
}

const DIRECT = [
  'xs.some(x => x.n > 1)',
  'xs.map(({ n, ...rest }) => ({ n, s: `${n}`, rest }))',
  'xs.map(x => x.a.b)',
  'xs.toSorted((a, b) => a.n - b.n).filter(x => x.n).reduce((a, x) => a + x.n, 0)',
  'JSON.stringify(xs) + [...new Map([[1, xs]]).keys()].length',
  'evil.a',
  '[...xs.entries()].map(([i, x]) => x.n * i)',
  'xs.includes(nothing.x)',
  'xs.some(x => /2/.test(x.n))',
  '/(a)(b)?/.exec(text)',
  'text.replace(/a/g, x => x + x)',
]
const GUEST = [
  'xs.some(x => /(?<!1)2/.test(x.n))',
  '/(a)(?<=a)(b)?/.exec(text)',
  'xs.map(x => /(?<=b)a/.test(x.nothing.y))',
  'xs.filter(x => x instanceof Object && /(?<=)1/.test(x.n))',
  'text.replace(/(?<=)a/g, x => x + x)',
]
const evil = Object.defineProperty({}, 'a', { get: () => 1 })
const values = () => [[{ n: 1 }, { n: 2, o: {} }, { n: 3 }], 'ab', null, evil]
const names = ['xs', 'text', 'nothing', 'evil']

test('the heap does not grow over 200 000 evaluations', async () => {
  // The memory limit of QuickJS is a proof as well: what is left behind would fill it.
  const sandbox = newSandbox({ limits: { memoryBytes: 800 * 1024, timeMs: 5_000 } })
  const expressions = [...DIRECT, ...GUEST].map((source) => compiled(sandbox, source))
  for (const expression of expressions) await expression.prepare()
  const direct = expressions.slice(0, DIRECT.length).map((expression) => expression.bind(names))
  const guest = expressions.slice(DIRECT.length).map((expression) => expression.bind(names))
  const round = (runs: typeof direct, count: number) => {
    for (let i = 0; i < count; i++) {
      const { status } = (runs[i % runs.length] as (typeof runs)[number])(values())
      if (status === 'exceeded' || status === 'unavailable') throw new Error(`${status} after ${i}`)
    }
  }
  round(direct, 20_000)
  round(guest, 2_000)
  const before = heapBytes()
  round(direct, EVALUATIONS - GUEST_EVALUATIONS)
  round(guest, GUEST_EVALUATIONS)
  expect(heapBytes() - before).toBeLessThan(1024 * 1024)
  sandbox.dispose()
}, 60_000)

test('nor over expressions that come and go', async () => {
  const sandbox = newSandbox({ limits: { memoryBytes: 800 * 1024, timeMs: 5_000 } })
  const cycle = async (count: number) => {
    for (let i = 0; i < count; i++) {
      using expression = compiled(sandbox, `xs.some(x => /${i}/.test(x.n) || x.n === "${'.'.repeat(300)}")`)
      await expression.prepare()
      const { status } = expression.bind(names)(values())
      if (status !== 'value') throw new Error(`${status} after ${i}`)
    }
  }
  await cycle(200)
  const before = heapBytes()
  await cycle(2_000)
  expect(heapBytes() - before).toBeLessThan(1024 * 1024)
  sandbox.dispose()
}, 60_000)
