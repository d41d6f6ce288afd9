import { Cart, totalOf } from './cart.ts'

const discounts = { regular: 0, friends: 0.25 }

function checkout(cart: Cart): string {
  const discount = cart.owner === 'Ada' ? discounts.friends : discounts.regular
  const total = totalOf(cart, discount)
  return `${cart.owner} pays ${total}`
}

const carts = [new Cart('Ada').add('pen', 2, 10).add('desk', 400), new Cart('Bob').add('lamp', 45).add('ink', 5)]
let round = 0
setInterval(() => {
  const cart = carts[round++ % carts.length]
  if (cart !== undefined) checkout(cart)
}, 10)
