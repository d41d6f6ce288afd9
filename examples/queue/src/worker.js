import { sendReceipt } from './receipt.js'

/** One order: its money, then its receipt. */
export default async function settle({ order, attempt, bankUrl }) {
  const response = await fetch(bankUrl, {
    method: 'POST',
    body: JSON.stringify({ order: order.id, cents: order.cents }),
  })
  const charge = await response.json()
  await sendReceipt({ to: order.email, charge, attempt })
  return { order: order.id, charge: charge.number }
}
