var \u0061bc = 1, 变量 = 2, 𠮷 = 3, v\u{61}l = 4
function f(\u{70}aram, Ünï) { let sum = param + Ünï
  return sum + abc + 变量 + 𠮷 + v\u0061l } //? { this: any, sum: 3, param: 1, 'Ünï': 2, abc: 1, 变量: 2, 𠮷: 3, val: 4 }
console.log(f(1, 2))
