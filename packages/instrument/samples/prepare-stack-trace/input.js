const previous = Error.prepareStackTrace
Error.prepareStackTrace = (error, sites) => sites.filter((site) => /input\.js/.test(site.getFileName())).map((site) =>
  [site.getFunctionName(), site.getMethodName(), site.getTypeName(), site.getLineNumber(), site.isConstructor(), site.isToplevel(), site.isAsync()].join())
class Cart {
  total() { return new Error('here').stack }
  static of(items) { return items.map((item) => new Cart().total(item)) }
}
console.log(Cart.of([1]))
const later = async () => { await null; return new Cart().total() }
const holder = {}; function capture() { Error.captureStackTrace(holder, capture); return holder.stack }
console.log(capture())
later().then((stack) => { console.log(stack); Error.prepareStackTrace = previous })
