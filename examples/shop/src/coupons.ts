export interface Coupon {
  code: string
  percent: number
}

const COUPONS: readonly Coupon[] = [
  { code: 'WELCOME5', percent: 5 },
  { code: 'SUMMER20', percent: 20 },
  { code: 'FRIENDS15', percent: 15 },
]

/** Coupons that stand instead of the loyalty discount. The others come on top of it. */
const EXCLUSIVE_CODES: ReadonlySet<string> = new Set(['SUMMER20', 'FRIENDS15'])

export function isExclusive(code: string): boolean {
  return EXCLUSIVE_CODES.has(code)
}

export class CouponBook {
  readonly #byCode = new Map(COUPONS.map((coupon) => [coupon.code, coupon]))

  /** People type coupons on telephones: case and blanks around the code do not matter. */
  async find(code: string): Promise<Coupon | undefined> {
    return this.#byCode.get(code.trim().toUpperCase())
  }
}
