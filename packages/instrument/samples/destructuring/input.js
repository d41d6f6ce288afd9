const source = { a: 1, b: { c: [2, 3] }, ['d' + 1]: 4, get e() { return 5 } }
const { a, b: { c: [first, ...others] }, ['d' + 1]: d1, e = (() => 9)(), missing = () => { return a } } = source
console.log(a, first, others, d1, e, missing(), missing.name)
let p, q, o = {}; [p, q = () => p, o.x, (o.y)] = [1, undefined, 2, 3]; ({ p, ...o.rest } = { p: 4, z: 5 })
console.log(p, q(), q.name, o)
for (const { k, v = k } of [{ k: 1 }, { k: 2, v: 3 }]) console.log(k, v)
for (o.z of [7]) console.log(o.z)
for (const [i, { n }] of [{ n: 1 }].entries()) console.log(i, n)
try { throw { code: 1, inner: { deep: 2 } } } catch ({ code, inner: { deep = () => code } }) { console.log(code, deep) }
