'use strict'
// A process under measurement: answers each message with the nanoseconds a call of the hot function took.
const { score } = require('./hot.cjs')

const user = { name: 'Ada', age: 36 }
const items = Array.from({ length: 40 }, (_, index) => ({
  sku: `sku-${index}`,
  price: index * 1.5,
  quantity: index % 3,
}))
let sink = 0

function batch(calls) {
  const start = process.hrtime.bigint()
  for (let call = 0; call < calls; call++) sink += score(user, items)
  return Number(process.hrtime.bigint() - start) / calls
}

process.on('message', ({ calls }) => {
  if (calls !== undefined) process.send({ nsPerCall: batch(calls), sink })
})
process.send({ ready: true })
