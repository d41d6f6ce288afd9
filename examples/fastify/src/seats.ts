import { setTimeout as wait } from 'node:timers/promises'

const SEATS_IN_A_ROW = 20

export class Seats {
  left: number
  readonly #all: number

  constructor(all: number) {
    this.#all = all
    this.left = all
  }

  /** The row of seats that lie beside each other. */
  async reserve(wanted: number): Promise<number> {
    await wait(2)
    const row = Math.floor((this.#all - this.left) / SEATS_IN_A_ROW) + 1
    this.left -= wanted
    return row
  }
}
