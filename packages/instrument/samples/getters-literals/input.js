const o = { get a() { return this._a ?? 'none' }, set a(v) { this._a = v }, m() { return super.toString === Object.prototype.toString }, async n() {}, *g() { yield this }, async *h() {}, ['x' + 1]() { return 'x1' }, 'quoted key'() {}, 1() {}, __proto__: { inherited: 1 }, get: 1, set: 2, async: 3, static: 4, await: 5 }
o.a = 2
console.log(o.a, o.m(), [...o.g()][0] === o, o.x1(), o.inherited, o.get, o.async, o.await, o['quoted key'].name, o[1].name)
