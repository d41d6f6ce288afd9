const log = []
function nothing() { return } function implicit() { log.push(1) } function literal() { log.push(2); return -1 }
function named(a) { a = { a }; return a } function anonymous() { log.push(3); return function () {} } function anonymousClass() { log.push(3); return class {} }
function sequence(a) { a++; return a, a + 1, [a, a + 2].map((x) => { return x * 2 + 0 * 100000000000000000000000 }) }
const arrows = [(a) => a, (a) => (a, a + 1), (a) => ({ aVeryLongKeyThatMakesItLong: a, anotherOne: a }), async (a) => await Promise.resolve({ aVeryLongKey: a, thatMakesItLong: a }), (a) => a && function () { return 'long enough to get a probe of its own' }]
console.log(nothing(), implicit(), literal(), named(1), anonymous().name, anonymousClass().name, sequence(1), arrows.map((f) => [f.name, f.length]), arrows[4](1).name)
console.log(arrows.slice(0, 3).map((f) => f(1))); arrows[3](2).then(console.log)
function tries(n) { out: for (const x of [n]) { try { if (x === 0) break out; if (x === 1) return log.push('one') + 100000000; if (x === 2) throw new RangeError('two' + x); null.x } catch (e) { if (x > 2) return e.constructor.name + ' caught here by us'; throw e } finally { log.push('finally ' + x); if (x === 3) continue out } } return 'the end of it, reached by ' + n }
for (const n of [0, 1, 2, 3, 4]) try { console.log(tries(n)) } catch (e) { console.log(e.message) }
function* generator() { try { const got = yield* [1, 2]; return { value: 'of the generator', got } } finally { log.push('closed') } }
console.log([...generator()], generator().return('before it began'), (() => { const g = generator(); g.next(); return g.return('early') })())
async function* stream() { yield 1; return Promise.resolve('awaited by the generator itself') }
;(async () => { const s = stream(); console.log(await s.next(), await s.next()) })()
class Base { constructor(o) { if (o) return Object.assign(o, { replaced: true, with: 'an object' }) } } class Derived extends Base { constructor(o) { const made = super(o); if (!o) return; return made === this ? Object.assign(this, { derived: true }) : {} } }
console.log(new Base(), new Base({}), new Derived({}), new Derived(), { get g() { log.push('get'); return [log.length, 'of the log'] } }.g)
const thrown = (f) => { try { f() } catch (e) { return e } }
console.log(thrown(() => { throw function () {} }).name, thrown(() => { throw undefined }), thrown(() => { throw ((1, 2)) }), thrown(function () { 'use strict'; throw this }))
lbl: { if (log) break lbl; throw 1 }
function labelled(a) { x: return a + 1 + 1000000000000 + 10000000000000 } function slash(a) { return/a/.test(a)&&/b/.test(a)||/cccccccccccccccccccc/.test(a) } function minus(a) { return-a-1000000000000000000000-10000000000000000000 }
console.log(labelled(1), slash('ab'), minus(1), log.join())
