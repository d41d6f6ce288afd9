console.log(this, (() => this)(), (function () { return this })())
function f() { return this } //? { this: undefined }
f()
console.log(typeof arguments)
