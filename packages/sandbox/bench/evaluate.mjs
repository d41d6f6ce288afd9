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
  ['/^4\\d\\d$/.test(code)', (_user, _cart, code) => /^4\d\d$/.test(code)],
  ['user.nothing.x', undefined],
]

const rows = []
for (const [source, plain] of cases) {
  const { expression } = sandbox.compile(source)
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
  const count = expression.engine === 'direct' ? 1_000_000 : 20_000
  const ours = measure(count, (values) => evaluate(values).status === 'value')
  const theirs = plain && measure(1_000_000, (values) => plain(values[0], values[1], values[2]) !== undefined)
  rows.push({
    expression: source,
    engine: expression.engine,
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
    const start = process.hrtime.bigint()
    for (let i = 0; i < count; i++) sink += run(places[i & 63]) ? 1 : 0
    samples.push(Number(process.hrtime.bigint() - start) / count)
    if (sink < 0) console.log(sink)
  }
  return samples.sort((a, b) => a - b)[ROUNDS >> 1]
}
