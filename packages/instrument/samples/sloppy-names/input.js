var let = 1, static = 2, yield = 3, await = 4, async = 5, of = 6, get = 7, eval_ = 8
let
++of
console.log(let, static)
function names(undefined, NaN, constructor, __proto__, hasOwnProperty) {
  let;
  var implements = undefined; return [undefined, NaN, constructor, __proto__, hasOwnProperty, implements] //? { this: any, undefined: 1, NaN: 2, constructor: 3, ['__proto__']: 4, hasOwnProperty: 5, implements: 1, let: 1 }
}
console.log(names(1, 2, 3, 4, 5))
function* generator() { function inner() { return yield + await } yield inner() }
console.log([...generator()])
async function asynchronous() { function inner() { return await } return inner() + of }
asynchronous().then(console.log)
class Statics { static { function inner() { return await } console.log(inner()) } }
if (let) async
else of
for (async in { k: 1 }) console.log(async)
async = (x) => x
async
(1)
console.log(await + yield)
