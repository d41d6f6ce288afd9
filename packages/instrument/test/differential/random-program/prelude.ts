/**
 * What random programs call. Errors are part of what a program says; it says little of functions and objects, whose text
 * weaving changes, also where V8 quotes it in a message (`undefined[class {}]`); and it stops after so many steps. What a
 * program does not declare is a global variable.
 */
export const PRELUDE = `Object.assign(globalThis, { a: 1, b: (x) => x, c: { x: 1, y: { z: 2 } }, d: undefined, e: [1, 2] })
let ticks = 0
const pending = [], closures = []
const sym = Symbol('sym')
Function.prototype.toString = function () { return 'a function' }
function tick() { if (++ticks > 400) throw 'too long' }
function brief(x) { return /=>|{/.test(x) ? x.slice(0, 24) : x }
function show(x) { return typeof x === 'string' ? brief(x) : typeof x === 'function' ? 'fn ' + x.length + ' ' + x.name : typeof x === 'object' && x ? (x === globalThis ? 'global' : Array.isArray(x) ? 'array ' + x.length : 'object') : String(x) }
function log(x) { tick(); console.log(show(x)) }
function num(x) { return typeof x === 'number' ? x : 7 }
function attempt(f) { try { tick(); return f() } catch (e) { console.log(show(e?.message ?? e)) } }
function tag(strings, ...values) { log(strings.raw.length); for (const v of values) log(v); return values[0] }
function iter(n, id) { let i = 0; return { [Symbol.iterator]() { return this }, next(v) { tick(); return { done: i >= n, value: i++ } }, return(v) { log('return ' + id); return { done: true, value: v } } } }
function peek(o) { for (const k of Reflect.ownKeys(o)) { log(String(k)); log(attempt(() => o[k])); attempt(() => { o[k] = 3 }) } return o }
function drive(g) { attempt(() => { log(g.next(1).value); log(g.next(2).value) }); attempt(() => log(g.throw(new Error('thrown in')).value)); attempt(() => log(g.next().done)); attempt(() => log(g.return(4).value)) }
async function driveAsync(g) { for (const act of [(x) => x.next(1), (x) => x.next(2), (x) => x.throw(new Error('thrown in')), (x) => x.next(), (x) => x.return(4)]) { try { const r = await act(g); log(r.value); log(r.done) } catch (e) { console.log(show(e?.message ?? e)) } } }
`

export const EPILOGUE = `for (const f of closures) attempt(() => log(f()))
Promise.all(pending).then(() => console.log('done', ticks), (e) => console.log('failed', show(e)))
`
