import { setTimeout as wait } from 'node:timers/promises'

/** Mail servers that refuse whom they do not know, and mean it only once. */
const GREYLISTING = new Set(['careful.example'])

export async function sendReceipt({ to, attempt }) {
  await wait(2)
  const [, domain] = to.split('@')
  if (GREYLISTING.has(domain) && attempt === 1) {
    throw new Error(`451 ${domain}: greylisted, try again`)
  }
}
