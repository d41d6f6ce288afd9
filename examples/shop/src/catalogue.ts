import { ShopError } from './shop-error.ts'

export interface Product {
  sku: string
  name: string
  priceCents: number
}

const PRODUCTS: readonly Product[] = [
  { sku: 'mug', name: 'Stoneware mug', priceCents: 1_490 },
  { sku: 'teapot', name: 'Cast-iron teapot', priceCents: 6_900 },
  { sku: 'kettle', name: 'Gooseneck kettle', priceCents: 8_950 },
  { sku: 'grinder', name: 'Hand grinder', priceCents: 11_900 },
  { sku: 'filters', name: 'Paper filters, 100', priceCents: 690 },
  { sku: 'scale', name: 'Brewing scale', priceCents: 4_400 },
  { sku: 'beans', name: 'House blend, 1 kg', priceCents: 2_650 },
  { sku: 'sencha', name: 'Sencha, 200 g', priceCents: 1_980 },
  { sku: 'whisk', name: 'Bamboo whisk', priceCents: 2_100 },
  { sku: 'tray', name: 'Walnut tray', priceCents: 3_750 },
]

export class Catalogue {
  readonly #bySku = new Map(PRODUCTS.map((product) => [product.sku, product]))

  list(): Product[] {
    return [...this.#bySku.values()]
  }

  get(sku: string): Product {
    const product = this.#bySku.get(sku)
    if (product === undefined) throw new ShopError(404, `there is no product ${sku}`)
    return product
  }
}
