import { setImmediate } from 'node:timers/promises'
import type { CartLine } from './cart.ts'
import type { Catalogue } from './catalogue.ts'
import { ShopError } from './shop-error.ts'

interface Level {
  onHand: number
  reserved: number
}

const FULL_SHELF = 500
/** Below this the warehouse refills the shelf. */
const REORDER_POINT = 100

export class Inventory {
  readonly #levels = new Map<string, Level>()

  constructor(catalogue: Catalogue) {
    for (const { sku } of catalogue.list()) this.#levels.set(sku, { onHand: FULL_SHELF, reserved: 0 })
  }

  /** Reserves all lines or none. */
  async reserve(lines: readonly CartLine[]): Promise<void> {
    const taken: CartLine[] = []
    for (const line of lines) {
      const level = this.#level(line.product.sku)
      if (level.onHand - level.reserved < line.quantity) {
        await this.release(taken)
        throw new ShopError(409, `${line.product.name} is out of stock`)
      }
      level.reserved += line.quantity
      taken.push(line)
      await setImmediate()
    }
  }

  async release(lines: readonly CartLine[]): Promise<void> {
    for (const line of lines) this.#level(line.product.sku).reserved -= line.quantity
  }

  /** Reserved goods leave the shelf. */
  async ship(lines: readonly CartLine[]): Promise<void> {
    for (const line of lines) {
      const level = this.#level(line.product.sku)
      level.reserved -= line.quantity
      level.onHand -= line.quantity
      if (level.onHand < REORDER_POINT) level.onHand = FULL_SHELF
    }
  }

  #level(sku: string): Level {
    const level = this.#levels.get(sku)
    if (level === undefined) throw new ShopError(404, `there is no product ${sku}`)
    return level
  }
}
