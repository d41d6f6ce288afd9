// npm run build -w @lightrun/core && node packages/core/bench/capture.mjs
import { types } from 'node:util'
import { createCapturer, createMirror, createNameRedactor, DEFAULT_CAPTURE_LIMITS } from '../dist/index.js'

const mirror = createMirror(types)
const capturer = createCapturer({ mirror, redactor: createNameRedactor() })
const item = (i) => ({ sku: `sku-${i}`, qty: i, price: { amount: i * 1.5, currency: 'EUR' }, tags: ['a', 'b'] })
const order = {
  id: 'o-1',
  customer: { name: 'Ada', email: 'ada@example.org' },
  items: Array.from({ length: 50 }, (_, i) => item(i)),
}
const limits = { ...DEFAULT_CAPTURE_LIMITS, maxDepth: 4 }
const million = {}
for (let i = 0; i < 1_000_000; i++) million[`key${i}`] = i

function measure(name, run, rounds) {
  const times = []
  for (let i = 0; i < rounds; i++) {
    const start = process.hrtime.bigint()
    run()
    times.push(Number(process.hrtime.bigint() - start) / 1_000)
  }
  times.sort((a, b) => a - b)
  const at = (share) => times[Math.floor(times.length * share)].toFixed(1).padStart(9)
  console.log(`${name.padEnd(44)} p50 ${at(0.5)} µs  p99 ${at(0.99)} µs`)
}

const values = JSON.stringify(capturer.capture(order, limits)).match(/"type"/g).length
measure(`order of 50 items, ${values} values`, () => capturer.capture(order, limits), 20_000)
measure('the same with JSON', () => JSON.stringify(capturer.capture(order, limits)), 20_000)
const flat = Array.from({ length: 50 }, (_, i) => ({ id: i, name: `item ${i}`, price: i * 1.5 }))
measure('list of 50 items of 3 members, 200 values', () => capturer.capture(flat, limits), 20_000)
measure('the same with JSON', () => JSON.stringify(capturer.capture(flat, limits)), 20_000)
measure('one small object', () => capturer.capture(order.customer, limits), 200_000)
measure(
  'two numbers, as variables',
  () =>
    capturer.captureVariables(
      [
        { name: 'a', value: 1 },
        { name: 'b', value: 2 },
      ],
      limits,
    ),
  200_000,
)
measure(
  'array of a million items',
  (
    (array) => () =>
      capturer.capture(array, limits)
  )(Array.from({ length: 1e6 }, (_, i) => item(i))),
  5_000,
)
measure('object of a million keys', () => capturer.capture(million, limits), 200)
