// npm run build -w @lightrun/core && node packages/core/bench/mirror.mjs
import { types } from 'node:util'
import { createMirror } from '../dist/index.js'

const mirror = createMirror(types)
class Item {
  sku = 'a'
  qty = 2
  price = 1.5
  label() {}
}
const items = Array.from({ length: 64 }, () => new Item())
const map = new Map(items.map((item, i) => [i, item]))
let sink = 0

function measure(name, run, rounds = 2_000_000) {
  for (let i = 0; i < rounds / 10; i++) run(items[i & 63], i)
  const start = process.hrtime.bigint()
  for (let i = 0; i < rounds; i++) run(items[i & 63], i)
  const perCall = Number(process.hrtime.bigint() - start) / rounds
  console.log(`${name.padEnd(44)} ${perCall.toFixed(1).padStart(9)} ns`)
}

function measureOnce(name, run) {
  const start = performance.now()
  run()
  console.log(`${name.padEnd(44)} ${(performance.now() - start).toFixed(2).padStart(9)} ms`)
}

measure('own data', (item) => {
  sink += mirror.own(item, 'qty').value
})
measure('get own data', (item) => {
  sink += mirror.get(item, 'qty').value
})
measure('get inherited method', (item) => {
  sink += mirror.get(item, 'label').value.length
})
measure('get string length', (item) => {
  sink += mirror.get(item.sku, 'length').value
})
measure('get map.size', () => {
  sink += mirror.get(map, 'size').value
})
measure('kind', (item) => {
  sink += mirror.kind(item).length
})
measure('className', (item) => {
  sink += mirror.className(item).length
})
measure('ownKeys', (item) => {
  sink += mirror.ownKeys(item, 50).keys.length
})
measure(
  'mapEntries, 10',
  () => {
    sink += mirror.mapEntries(map, 10).entries.length
  },
  200_000,
)

for (const count of [10_000, 100_000, 1_000_000]) {
  const object = {}
  for (let i = 0; i < count; i++) object[`key${i}`] = i
  measureOnce(`ownKeys of ${count} keys, first look`, () => mirror.ownKeys(object, 50))
  measureOnce(`ownKeys of ${count} keys, second look`, () => mirror.ownKeys(object, 50))
}
const array = new Array(10_000_000).fill(1)
measureOnce('ownKeys of an array of 10 million', () => mirror.ownKeys(array, 50))
process.exitCode = sink === Math.PI ? 1 : 0
