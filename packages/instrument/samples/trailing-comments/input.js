const cart = { n: 1 }
function total() { return cart.n }
console.log(total()) // last statement
/* block
comment */
--> html close comment
<!-- html open comment
//# sourceMappingURL=data:application/json,{}
