function parameter(arguments) { return arguments } //? { this: any, arguments: 5 }
function variable() { var arguments = 3; return arguments }
function untouched(a) { a = 2; return a }
function mapped(a) { arguments[0] = 9; return a } //? { this: any, a: 9, arguments: any }
function inArrow(a) { return (() => arguments.length)() } //? { arguments: any }
function lexical() { { let arguments = 1; return arguments } }
function hoisted() { return typeof arguments; function arguments() {} }
console.log(parameter(5), variable(), untouched(1), mapped(1), inArrow(1, 2), lexical(), hoisted(), arguments.length)
const arrow = () => arguments.length
console.log(arrow())
