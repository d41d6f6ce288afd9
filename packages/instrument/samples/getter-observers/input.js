let reads = 0
const spy = { get x() { reads++; return 1 }, toString() { reads++; return '' }, valueOf() { reads++; return 1 }, then: undefined }
const proxy = new Proxy({}, new Proxy({}, { get(_, trap) { reads++; return undefined } }))
function touch(a, b) { const c = a, d = b; return [c === spy, d === proxy] }
console.log(touch(spy, proxy), reads)
