const fs = []
for (let i = 0; i < 3; i++) { let j = i * 2; fs.push(() => { i++; return i + j }) }
console.log(fs.map((f) => f()), fs.map((f) => f()))
for (const x in { a: 1, b: 2 }) fs.push(() => x)
for (var v = 0; v < 2; v++) fs.push(() => v)
console.log(fs.map((f) => f()))
function counter() { let n = 0; return { inc() { return ++n }, get n() { return n } } } //? { this: any, n: 2 }
const c = counter(); c.inc(); c.inc(); console.log(c.n)
