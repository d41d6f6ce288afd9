var x = 'module'
function direct(code) { eval(code); return typeof x === 'string' ? x : typeof x }
console.log(direct('var x = "evaluated"'), direct('1'), direct('var x = 1'))
function capture() { let secret = 1; return eval('() => secret++') }
var c = capture(); c(); console.log(c())
var indirect = (0, eval)('typeof secret'); console.log(indirect)
function strictEval() { 'use strict'; eval('var q = 1'); return typeof q }
console.log(strictEval(), eval('if (1) { 5 }'))
console.log(new Function('a', 'return a')(3))
