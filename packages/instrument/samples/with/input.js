var log = []
var target = new Proxy({ a: 1 }, { has(t, k) { if (typeof k === 'string') log.push(k); return k in t } })
with (target) { a; var v = a + 1; (function () { return a })(); if (a) log.push }
with ({ f: () => 2 }) log.push(f())
with ((() => ({ b: 3 }))()) with ({ c: 4 }) { log.length = log.length; var w = b + c }
console.log(log.join(), v, w)
