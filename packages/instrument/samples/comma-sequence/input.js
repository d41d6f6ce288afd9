var a = 1, b; b = a, a = 2, console.log(a, b)
for (var i = 0, j = 1; i < j; i++, j--) b++, a--
console.log(a, b), void 0
const f = (x, y) => (x++, y++, [x, y]); console.log(f(1, 2))
