import { basename } from 'node:path'
const cart = { items: [1, 2] }
let total = 0
var flag
const unused = 'never captured'
function add(item) {
  total += item; cart.items.push(item) //? { this: undefined, item: 3, cart: any, total: 3, basename: any }
  return basename('a/b') //? { this: undefined, item: 3, cart: any, total: 3, basename: any }
}
add(3) //? { unused: 'never captured', flag: undefined, add: any, cart: any, total: 0 }
{ const cart = 1; console.log(cart, total) } //? { cart: any, total: 3, unused: any, flag: any, add: any }
