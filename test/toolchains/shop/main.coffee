import { Cart, totalOf } from './cart.js'

discounts = { regular: 0, friends: 0.25 }

checkout = (cart) ->
  discount = if cart.owner is 'Ada' then discounts.friends else discounts.regular
  total = totalOf(cart, discount)
  return "#{cart.owner} pays #{total}"

carts = [new Cart('Ada').add('pen', 2, 10).add('desk', 400), new Cart('Bob').add('lamp', 45).add('ink', 5)]
round = 0
setInterval (-> checkout carts[round++ % carts.length]), 10
