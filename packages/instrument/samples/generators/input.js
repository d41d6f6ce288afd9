function* numbers(n) { for (let i = 0; i < n; i++) { const got = yield i; if (got) { console.log('got', got); try { yield got } finally { console.log('cleanup') } } } return 'end' }
const g = numbers(5)
console.log(g.next(), g.next('x'), g.return('stop'), g.next())
function* delegate() { const r = yield* numbers(1); console.log(r); yield; yield
  r }
console.log([...delegate()])
async function* stream() { try { yield 1; yield await Promise.resolve(2) } finally { await null; console.log('closed') } }
;(async () => { for await (const x of stream()) { console.log(x); if (x == 2) break } })()
console.log(numbers.length, numbers.name, Object.getPrototypeOf(numbers).constructor.name)
