outer: for (let i = 0; i < 3; i++) {
  inner: for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; console.log(i, j) }
}
a: b: c: for (const x of [1, 2]) { if (x === 1) continue a; else continue b }
block: { console.log('in'); if (true) break block; console.log('never') }
one: console.log('labelled expression')
if (true) two: for (;;) break two
three: if (true) { break three }
four: switch (1) { case 1: break four }
five: try { break five } finally { console.log('finally') }
six: { seven: { break six } }
do nine: for (;;) { break nine } while (false)
