import type { Show } from './events'
import { type Currency, rateOf } from './rates'

export interface Quote {
  show: string
  seats: number
  currency: Currency
  cents: number
}

/** Rates are slow to ask for, so what was quoted once is quoted again. */
const quotes = new Map<string, Quote>()

/** What the seats cost, in the currency of the visitor. */
export async function quoteFor(show: Show, seats: number, currency: Currency): Promise<Quote> {
  const key = `${show.id}/${seats}`
  const known = quotes.get(key)
  if (known !== undefined) return known

  const rate = await rateOf(currency)
  const cents = Math.round(show.seatCents * seats * rate)
  const quote: Quote = { show: show.id, seats, currency, cents }
  quotes.set(key, quote)
  return quote
}
