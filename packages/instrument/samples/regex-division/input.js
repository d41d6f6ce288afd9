var a = 4, g = 2, i = 1
var b = a
/g/i
console.log(b); /x/.test('x') && console.log('re'); a++
/g
console.log(a)
