console.log(new.target, typeof require, typeof module, arguments.length, this === exports)
var await = 1
module.exports = { await }
const late = () => typeof never
if (await) { console.log('returning', late()); return }
let never = 1
console.log('unreachable')
