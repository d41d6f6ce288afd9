import { setTimeout as wait } from 'node:timers/promises'

const lines = []

/** What the customer of this event owes. */
export async function invoice({ customer, items }) {
  for (const { sku, cents } of items) {
    lines.push({ customer, sku, cents })
    await wait(1)
  }
  const total = lines.reduce((sum, line) => sum + line.cents, 0)
  return { customer, lines: lines.length, total }
}
