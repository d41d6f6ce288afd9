const { setTimeout: wait } = require('node:timers/promises')

const PRODUCTS = [
  { id: 'p1', name: 'Anorak', color: 'red', size: 'M' },
  { id: 'p2', name: 'Beanie', color: 'blue', size: 'S' },
  { id: 'p3', name: 'Cardigan', color: 'red', size: 'L' },
  { id: 'p4', name: 'Dungarees', color: 'blue', size: 'M' },
]

class NotFound extends Error {
  status = 404
}

exports.allProducts = async () => {
  await wait(2)
  return PRODUCTS
}

exports.findProduct = async (id) => {
  const products = await exports.allProducts()
  const product = products.find((each) => each.id === id)
  if (product === undefined) throw new NotFound(`no product ${id}`)
  return product
}
