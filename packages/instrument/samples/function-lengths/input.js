const all = [function (a, b) { return a }, (a, b = 1) => a, (...rest) => rest.map((x) => ({ long: x, enough: x, toBeWoven: x })), async (a, { b }) => { await b }, function* (a) { yield a }, class { constructor(a, b, c) {} }, { set s(v) { this.v = v } }]
console.log(all.map((f) => [f.length, f.name, typeof f, Object.getOwnPropertyNames(f).join()]))
console.log(Object.getOwnPropertyDescriptor(all[6], 's').set.length, (function () { return arguments.length })(1, 2), (function f(a) { a = 5; return arguments[0] })(1), (function f(a) { 'use strict'; a = 5; return arguments[0] })(1))
const bound = all[0].bind(null, 1); console.log(bound.length, bound.name)
