function f(n) {
  void n //? { this: any, n: 2 }
  for (var i = 0; i < n; i++) {
    void i //? { this: any, n: 2, i: 0, last: undefined }
    var last = i
  }
  return last //? { this: any, n: 2, i: 2, last: 1 }
}
function assigned() {
  early = 1
  return early //? { this: any, early: 1 }
  var early
}
console.log(f(2), assigned())
