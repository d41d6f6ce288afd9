let x = 'outer'
function f(y) {
  { console.log(y); let inner = 1; console.log(inner); let y2 = y }
  { try { x } catch (e) { console.log(e.message) }
    let x = 1; console.log(x) }
  try { g() } catch (e) { console.log(e.message) }
  let late = 2
  function g() { return late }
  return g() //? { this: any, y: 'y', late: 2, g: any }
}
console.log(f('y'))
{ console.log('before'); let x = 3; console.log(x) } //? { x: 3, f: any }
const closures = []
for (let i = 0, h = () => { return i + j }, j = 5; i < 2; i++) closures.push(() => i, h)
console.log(closures.map((c) => c()))
try { (() => { return later })() } catch (e) { console.log(e.message) }
const later = 1
try { for (const q of [(() => { return q })()]) console.log(q) } catch (e) { console.log(e.message) }
const self = (() => { try { return self } catch (e) { return e.name } })()
console.log(self)
