export class TooMany extends Error {
  readonly statusCode = 429
}

/** So many for each client. */
export class Allowance {
  readonly #limit: number
  readonly #spent = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  spend(client: string, amount: number): void {
    const before = this.#spent.get(client) ?? 0
    const after = before + amount
    if (after > this.#limit) {
      throw new TooMany(`only ${this.#limit} tickets for each household`)
    }
    this.#spent.set(client, after)
  }
}
