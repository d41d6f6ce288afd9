// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
// What an evaluation costs. On the built package: `npm run build && npm run bench -w @lightrun/sandbox`.
import { types } from 'node:util'
import { createMirror } from '@lightrun/core'
import { createSandbox } from '@lightrun/sandbox'

const ROUNDS = 7
const sandbox = createSandbox({ mirror: createMirror(types) })
// Many objects of the shapes, as in a service: one object only would flatter the caches.
const places = Array.from({ length: 64 }, (_, i) => [
  { id: i, name: `user ${i}`, age: 10 + i, roles: [{ name: 'reader' }, { name: 'admin' }], address: { city: 'Riga' } },
  {
    items: Array.from({ length: 20 }, (_, n) => ({ sku: `sku-${n}`, price: n + 0.5, quantity: 1, tags: ['a', 'b'] })),
  },
  '404',
])
const names = ['user', 'cart', 'code']

const cases = [
  ['user.age > 18 && cart.items.length > 3', (user, cart) => user.age > 18 && cart.items.length > 3],
  ['user.age > 1000', (user) => user.age > 1000],
  ['user.address.city', (user) => user.address.city],
  ["user.name.startsWith('user 1')", (user) => user.name.startsWith('user 1')],
  // biome-ignore lint/style/useTemplate: as people write it.
  ['`${user.name}: ${cart.items.length}`', (user, cart) => user.name + ': ' + cart.items.length],
  ['cart.items.some(i => i.price > 100)', (_, cart) => cart.items.some((i) => i.price > 100)],
  [
    'cart.items.map(i => i.price * i.quantity).reduce((a, b) => a + b, 0)',
    (_, cart) => cart.items.map((i) => i.price * i.quantity).reduce((a, b) => a + b, 0),
  ],
  ['cart.items.some(i => /^sku-99/.test(i.sku))', (_, cart) => cart.items.some((i) => /^sku-99/.test(i.sku))],
  ['cart.items.some(i => /(?<=sku-)99/.test(i.sku))', (_, cart) => cart.items.some((i) => /(?<=sku-)99/.test(i.sku))],
  ['/^4\\d\\d$/.test(code)', (_user, _cart, code) => /^4\d\d$/.test(code)],
  ['user.nothing.x', undefined],
]

/** These are measured in QuickJS as well. */
const IN_BOTH = [
  'user.age > 18 && cart.items.length > 3',
  'cart.items.some(i => i.price > 100)',
  'cart.items.map(i => i.price * i.quantity).reduce((a, b) => a + b, 0)',
  'cart.items.some(i => /^sku-99/.test(i.sku))',
]
const runs = cases.flatMap(([source, plain]) => [
  [source, plain, {}],
  ...(IN_BOTH.includes(source) ? [[source, plain, { engine: 'quickjs' }]] : []),
])

const rows = []
for (const [source, plain, options] of runs) {
  const { expression } = sandbox.compile(source, options)
  await expression.prepare()
  const evaluate = expression.bind(names)
  // First that it answers what JavaScript answers, then how fast.
  if (plain !== undefined) {
    for (const values of places) {
      const answer = evaluate(values)
      if (answer.status !== 'value' || answer.value !== plain(...values))
        throw new Error(`${source}: ${JSON.stringify(answer)}`)
    }
  }
  const engine = options.engine ?? expression.engine
  const count = engine === 'direct' ? (expression.cost.loops > 0 ? 50_000 : 1_000_000) : 5_000
  const ours = measure(count, (values) => evaluate(values).status === 'value')
  const theirs = plain && measure(1_000_000, (values) => plain(values[0], values[1], values[2]) !== undefined)
  rows.push({
    expression: source,
    engine,
    fuel: expression.spent,
    'ns (median)': Math.round(ours),
    'plain JavaScript': theirs && Number(theirs.toFixed(1)),
  })
}
console.table(rows)
sandbox.dispose()

function measure(count, run) {
  const samples = []
  for (let round = 0; round < ROUNDS; round++) {
    let sink = 0
    // Processor time: the machine may have other things to do.
    const start = process.cpuUsage()
    for (let i = 0; i < count; i++) sink += run(places[i & 63]) ? 1 : 0
    const { user, system } = process.cpuUsage(start)
    samples.push(((user + system) * 1_000) / count)
    if (sink < 0) console.log(sink)
  }
  return samples.sort((a, b) => a - b)[ROUNDS >> 1]
}
