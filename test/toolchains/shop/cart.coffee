# What somebody is about to buy.
export class Cart
  constructor: (@owner) ->
    @items = []

  add: (name, price, quantity = 1) ->
    @items.push { name, price, quantity }
    this

export priceOf = (item, discount) ->
  gross = item.price * item.quantity
  reduction = if gross > 100 then Math.round(gross * discount) else 0
  throw new Error "more than all off: #{reduction}" if reduction > gross
  return gross - reduction

export totalOf = (cart, discount) ->
  total = 0
  for item in cart.items
    net = priceOf item, discount
    throw new Error "a negative price: #{net}" if net < 0
    total += net
  return total
