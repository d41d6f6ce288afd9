// since Node 24
const log = []
const open = (name, fails) => ({ name, [Symbol.dispose]() { log.push('closed ' + name); if (fails) throw new Error('close ' + name) } })
const openLater = (name) => ({ name, async [Symbol.asyncDispose]() { await null; log.push('closed later ' + name) } })
function both(early) {
  using a = open('a'); using b = open('b')
  if (early) return 'early ' + b.name //? { this: undefined, early: true, a: any, b: any, log: any, open: any }
  log.push('used ' + a.name)
  return 'late'
}
console.log(both(true), both(false), log.splice(0))
function fails() {
  using a = open('a', true)
  using b = open('b', true)
  throw new Error('body')
}
try { fails() } catch (e) { console.log(e.name, e.error.message, e.suppressed.name, e.suppressed.error.message, e.suppressed.suppressed.message, log.splice(0)) }
async function later() {
  await using a = openLater('a'), b = openLater('b')
  using nothing = null, missing = undefined
  log.push('used ' + a.name + b.name)
  return log.length
}
console.log(await later(), log.splice(0))
for (using each of [open('c'), open('d')]) if (each.name === 'c') continue; else log.push('turn ' + each.name)
for await (await using each of [openLater('f')]) log.push('turn ' + each.name)
console.log(log.splice(0))
function* generator() { using a = open('g'); yield a.name; yield 'never' }
for (const name of generator()) { log.push(name); break }
class C { static { using a = open('static'); log.push('in static') } }
const arrow = () => { using a = open('arrow'); return () => a.name }
{ using block = open('block'); { using block = open('inner'); log.push(block.name) } log.push(block.name) }
console.log(arrow()(), log.splice(0))
function loop(end) {
  let turns = 0
  for (using once = open('loop'), other = null; turns < end; turns++) { log.push('turn ' + once.name); if (turns > 0) break } //? { this: undefined, end: 2, turns: 1, once: any, other: null }
  return turns
}
async function loopLater(end) { let turns = 0; for (await using once = openLater('loop'); turns < end; turns++) { log.push('turn'); await null } return turns }
console.log(loop(0), loop(1), loop(2), loop(3), await loopLater(2), log.splice(0))
try { using bad = {} } catch (e) { console.log(e.name) }
try { (() => { tdz; using tdz = open('x') })() } catch (e) { console.log(e.name) }
var using = 1, of = [2]
using
console.log(using + of[0]); for (using of of) console.log(using)
console.log(/(?i:A)b/.exec('ab')?.[0], 'Ab'.match(/(?i:a)b/)?.[0], /[\p{L}--[a-z]]/v.test('a'))
using topLevel = open('module')
export { topLevel as default }
