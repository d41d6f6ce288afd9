'use strict'
// As subject.cjs, with the hot function loaded before the SDK starts: the inspector serves it.
const { score } = require('./hot.cjs')
if (process.env.LIGHTRUN_SECRET) require('@lightrun/sdk-node').start()

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
  process.send({ nsPerCall: batch(calls), sink })
})
process.send({ ready: true })
