function Module(stdlib) { 'use asm'; function add(a, b) { a = a | 0; b = b | 0; return (a + b) | 0 } return { add: add } }
console.log(Module(globalThis).add(1, 2))
