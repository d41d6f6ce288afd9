const value = await Promise.resolve(1)
for await (const x of [Promise.resolve(2), 3]) console.log(x)
if (await true) console.log(await value)
const { default: fs } = await import('node:fs')
console.log(typeof fs.readFileSync, typeof import.meta.url)
await using_()
async function using_() { await null; console.log('done') }
export default await value
label: for await (const y of (async function* () { yield 1; yield 2 })()) { if (y == 1) continue label; console.log(y) }
