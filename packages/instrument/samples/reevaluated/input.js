const rate = 2
function outer(base) { return function inner(x) { const y = x * base; return y + rate } }
const inner = outer(10)
globalThis.base = 5; globalThis.rate = 1
const again = (0, eval)('(' + inner + ')')
console.log(inner(3), again(3), new Function('return ' + inner)()(3))
class K { #p = 1; p() { return this.#p + rate } }
const Again = (0, eval)('(' + K + ')')
console.log(new K().p(), new Again().p())
globalThis.missing = 0
function uses() { return typeof rate === 'number' ? missing : 'none' }
console.log((0, eval)('(' + uses + ')')())
