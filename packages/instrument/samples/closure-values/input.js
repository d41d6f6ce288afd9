function outer(a) {
  const before = a + 1
  const inner = (x) => { return before + x + a } //? { x: 5, before: 2, a: 1 }
  const early = () => { return inner(5) + after } //? { after: 10, inner: any }
  function hoisted() { return after } //? { this: any, after: 10 }
  const after = 10
  return early() + hoisted()
}
console.log(outer(1))
function recursive(n) { return n ? recursive(n - 1) : 0 } //? { this: any, n: 1, recursive: any }
console.log(recursive(1))
const named = function me(n) { return n ? me(n - 1) : 'end' } //? { this: any, n: 1 }
console.log(named(1))
