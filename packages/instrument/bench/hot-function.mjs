// What probes cost in a hot function with four statements, as ratios of the unwoven one: dormant, armed with a condition that is false, and
// dormant again after use (on the same cell, and on a fresh one).
//   npm run build && node packages/instrument/bench/hot-function.mjs
import { argv } from 'node:process'
import { interleave, median, ratios } from './measure.mjs'

const { readVariable, watchCalls, weave } = await import(argv[2] ?? '../dist/index.js')
const CALLS = 2_000_000
const source = `
const order = { quantity: 3, price: 7, discount: 0.1 }
function total(order, tax) {
  const gross = order.quantity * order.price
  const net = gross - gross * order.discount
  if (net < 0) return 0
  return net + net * tax
}
return function loop(calls) {
  let sum = 0
  for (let i = 0; i < calls; i++) sum += total(order, i & 1)
  return sum
}`

let hits = 0
let armed
/** What a probe that asks for `order.quantity` does. */
const onPassOf = (site) => {
  const index = site.variables.findIndex(({ name }) => name === 'order')
  return (args) => {
    hits++
    if (readVariable(site, index, args)?.quantity === 4) throw new Error('the condition is never true')
  }
}

/** A copy of its own, so that each variant has its own machine code. */
function variant(name, arm) {
  const code = `// ${name}\n${source}`
  if (name === 'unwoven') return new Function(code)()
  const woven = weave(code, { filename: name, format: 'commonjs' })
  for (const cell of woven.cells) define(cell, undefined)
  const loop = new Function(woven.code)()
  const { cell, entry } = woven.functions.find((fn) => fn.name === 'total')
  const passes = []
  for (const site of [...woven.sites, ...woven.exitSites]) if (site.cell === cell) passes[site.number] = onPassOf(site)
  armed = watchCalls(entry.shared, { passAt: (number) => passes[number], sites: [...passes.keys()] })
  if (arm !== undefined) loop(CALLS)
  arm?.(cell, loop)
  return loop
}

function define(cell, value) {
  delete globalThis[cell]
  Object.defineProperty(globalThis, cell, { value, writable: true, configurable: true, enumerable: false })
}

const use = (cell, loop) => {
  globalThis[cell] = armed
  loop(1000)
  globalThis[cell] = undefined
}
const variants = {
  unwoven: variant('unwoven'),
  dormant: variant('dormant'),
  'armed, condition false': variant('armed', (cell) => {
    globalThis[cell] = armed
  }),
  'armed on a fresh cell': variant('armed-fresh', (cell) => define(cell, armed)),
  'after use, same cell': variant('after', use),
  'after use, fresh cell': variant('fresh', (cell, loop) => {
    use(cell, loop)
    define(cell, undefined)
  }),
}
const before = hits
const times = interleave(Object.values(variants).map((loop) => () => loop(CALLS)))
if (hits === before) throw new Error('the armed variant was not hit')
for (const [i, name] of Object.keys(variants).entries()) {
  const nanoseconds = (median(times[i]) * 1e6) / CALLS
  console.log(`${name.padEnd(24)}${nanoseconds.toFixed(2).padStart(7)} ns a call  × ${ratios(times)[i].toFixed(2)}`)
}
