export default () => { throw new Error('default') }
const anonymous = function () {}, arrow = () => {}, klass = class {}, paren = (function () {})
let assigned; assigned = () => {}
let { d = () => {} } = {}
class C { f = () => {}; static s = function () {}; #p = () => {}; get p() { return this.#p } ['c' + 1] = class {} }
console.log([anonymous, arrow, klass, paren, assigned, d, C, new C().f, C.s, new C().p, new C().c1].map((f) => f.name))
import self from './input.mjs'
console.log(self.name, self.length)
try { self() } catch (e) { console.log(e.message) }
