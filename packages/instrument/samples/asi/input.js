var a = 1, b = 2, x = 1, y = 2, let_ = 0
a
b
a
;(b)
x
++y
y
--x
do x++; while (x < 5) console.log('after do', x)
do x--
while (x > 2)
console.log(x, y)
function early() {
  return
  console.log('never')
}
console.log(early())
var f = function () { return 'f' }
;[1, 2].forEach((n) => console.log(n))
var g = () => {}
console.log(typeof g, `${a}`)
var async = 3
async
var of = async
console.log(of)
label: for (;;) { break label }
throwing: try { throw 1 } catch { console.log('caught') }
if (a) b
else a
{ a } { b }
x = y
/a/g
console.log(x, typeof g)
