function sum(a, a, b) { a = a + b; return a + arguments[0] + arguments[1] }
console.log(sum(1, 2, 3), sum.length, sum.name)
