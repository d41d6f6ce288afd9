import { setTimeout as wait } from 'node:timers/promises'

export type Currency = 'EUR' | 'USD' | 'JPY'

const RATES: Readonly<Record<Currency, number>> = { EUR: 1, USD: 1.08, JPY: 1.63 }

export const isCurrency = (text: string | null): text is Currency => text !== null && text in RATES

/** From the bank, which takes its time. */
export async function rateOf(currency: Currency): Promise<number> {
  await wait(5)
  return RATES[currency]
}
