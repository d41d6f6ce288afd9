class Base { constructor(n) { this.n = n } get double() { return this.n * 2 } set double(v) { this.n = v / 2 } static make(n) { return new this(n) } }
class Derived extends Base {
  #private = 1; static #count = 0; static instances = []; field = this.n; arrow = () => this.field; ['computed' + 1] = 2; 'quoted' = 3; 4 = 5
  static { Derived.#count = 10; this.instances.push('static'); const local = 1; if (local) Derived.ready = true }
  constructor(n) {
    const before = n; const pre = () => before; //? { before: 7 }
    super(pre()) //? { n: 7, before: 7, pre: any }
    const self = () => this.#private; this.m = self() //? { this: any, n: 7, before: 7, pre: any, self: any }
  }
  #method() { return this.#private } get value() { return this.#method() } static get count() { return Derived.#count }
  has(o) { return #private in o } toString() { return super.toString() + super.double } async later() { return await this.n } *[Symbol.iterator]() { yield this.n; yield* [1] } async *agen() { yield 1 }
  static async *'string name'() {} static 12() {}
}
const d = new Derived(7)
console.log(d.m, d.value, d.has(d), d.has({}), `${d}`, [...d], Derived.count, Derived.instances, Derived.ready, d.arrow(), d.computed1)
d.double = 50; console.log(d.n, Derived.make(3).n, Derived.name, Derived.length)
d.later().then(console.log)
class Conditional extends Base { constructor(f) { if (f) super(1); else { super(2) } try { this.ok = true } finally { console.log(this.n) } } }
new Conditional(true); new Conditional(false)
class Nested extends Base { constructor() { const arrow = () => super(5); try { this } catch (e) { console.log(e.name) } arrow(); console.log(this.n) } }
new Nested()
class Missing extends Base { constructor() { if (false) super() } }
try { new Missing() } catch (e) { console.log(e.name) }
class Returns extends Base { constructor() { return { own: 1 } } }
console.log(new Returns())
class Default extends Base { constructor(f = () => this) { try { f() } catch (e) { console.log(e.name) } super(f); console.log(f() === this) } }
new Default()
const Expr = class Named extends (class { x = 1 }) { who() { return Named.name } }
console.log(new Expr().who(), Expr.name, new Expr().x)
