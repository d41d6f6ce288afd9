var x = 'outer'
function scopes(a = () => { return x }, b = () => { return c }, c = 3) { var x = 'inner'; return [a(), b(), x, c] }
console.log(scopes(), scopes.length)
function tdz(a = (() => { return typeof b })(), b) { return a }
try { tdz() } catch (e) { console.log(e.message) }
function shadow(p, q = () => { return p }) { var p; console.log(p); p = 2; return [p, q()] }
console.log(shadow(1))
function own({ a = 1, ...rest } = {}, [b, , c = a] = [2], ...others) { return [a, b, c, rest, others] } //? { this: any, a: 5, rest: any, b: 2, c: 5, others: any }
console.log(own({ a: 5, z: 1 }), own.length)
const arrow = (a, b = a, { c = () => a + b } = {}) => c()
console.log(arrow(1), arrow.length)
function args(a = arguments.length) { return a }
console.log(args(undefined, 2))
