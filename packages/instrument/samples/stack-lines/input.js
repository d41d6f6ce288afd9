function first() {
  const x = 1
  if (x) second(); else
    third()
}
const second = () =>
  third(
    1
  )
class K { static m() { throw new RangeError('deep') } }
function third() { K.m() }
try { first() } catch (e) { console.log(e.stack.split('\n').filter((l) => l.includes('input.js')).map((l) => l.replace(/:\d+\)?$/, ''))) }
first()
