/** A refusal that the customer sees, with its HTTP status. */
export class ShopError extends Error {
  override readonly name = 'ShopError'
  readonly statusCode: number

  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
  }
}
