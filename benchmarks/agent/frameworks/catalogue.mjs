// The part of an application that its framework does not see: 500 products, and what is asked of them.

const CATEGORIES = ['lamps', 'chairs', 'tables', 'shelves', 'rugs']

const products = Array.from({ length: 500 }, (_, index) => ({
  sku: `sku-${index}`,
  name: `${CATEGORIES[index % CATEGORIES.length]} no. ${index}`,
  category: CATEGORIES[index % CATEGORIES.length],
  cents: 990 + ((index * 7_919) % 40_000),
  stock: index % 13,
}))
const bySku = new Map(products.map((product) => [product.sku, product]))

export class NotFound extends Error {}

export function findProduct(sku) {
  const product = bySku.get(sku)
  if (product === undefined) throw new NotFound(`no product is called ${sku}`)
  return { ...product, available: product.stock > 0 }
}

/** One page of what matches, cheapest first. */
export function search({ text = '', category, maxCents = Number.POSITIVE_INFINITY, page = 1, size = 20 }) {
  const wanted = text.toLowerCase()
  const found = []
  for (const product of products) {
    if (category !== undefined && product.category !== category) continue
    if (product.cents > maxCents) continue
    if (wanted !== '' && !product.name.includes(wanted)) continue
    found.push(product)
  }
  found.sort((a, b) => a.cents - b.cents)
  const first = (page - 1) * size
  return { total: found.length, page, products: found.slice(first, first + size) }
}

/** What an order costs: goods, rebate by quantity and customer, shipping, taxes. Amounts are cents. */
export function price({ lines, customer }) {
  let goods = 0
  let rebate = 0
  const priced = []
  for (const { sku, quantity } of lines) {
    const { cents, name } = findProduct(sku)
    const total = cents * quantity
    const share = rebateFor(quantity, customer)
    goods += total
    rebate += Math.round(total * share)
    priced.push({ sku, name, quantity, cents, total })
  }
  const shipping = goods - rebate > 50_00 ? 0 : 4_90
  const net = goods - rebate + shipping
  const tax = Math.round(net * 0.19)
  return { customer, lines: priced, goods, rebate, shipping, tax, total: net + tax }
}

function rebateFor(quantity, customer) {
  const byQuantity = quantity >= 10 ? 0.1 : quantity >= 5 ? 0.05 : 0
  const byCustomer = customer.startsWith('vip-') ? 0.03 : 0
  return byQuantity + byCustomer
}
