function f() { return 'outer' }
function blocks(flag) {
  console.log(typeof f)
  if (flag) function f() { return 'if' }
  else function f() { return 'else' }
  console.log(typeof f, f && f())
  { console.log(g()); function g() { return 'g' } }
  console.log(g())
  switch (1) { case 0: function h() { return 'h' } case 1: console.log(h()) }
  console.log(h())
}
blocks(true); blocks(false)
function kept() { let k = 1; { function k() {} } return k }
function parameter(p) { { function p() {} } return typeof p }
function caught() { try { throw 1 } catch (e) { { function e() {} } console.log(typeof e) } return typeof e }
function destructured() { try { throw [1] } catch ([e]) { { function e() {} } console.log(typeof e) } return typeof e }
function strictly() { 'use strict'; { function inner() {} } return typeof inner }
function asynchronous() { { async function inner() {} } return typeof inner }
console.log(kept(), parameter(3), caught(), destructured(), strictly(), asynchronous())
label: function labelled() { return 1 }
console.log(labelled())
for (var i in { a: 1 }) label: console.log(i)
