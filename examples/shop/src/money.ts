/** Money is whole cents. Percentages round in the shop's favour. */
export function percentOf(cents: number, percent: number): number {
  return Math.floor((cents * percent) / 100)
}

export function sum(amounts: Iterable<number>): number {
  let total = 0
  for (const amount of amounts) total += amount
  return total
}
