const cart = [1]
function work(n) { const doubled = n * 2; return cart ? doubled : 0 }
console.log(work(4))
const { runInNewContext } = require('node:vm')
const run = runInNewContext(`cart = [1]; (${work})`)
console.log(run(1))
