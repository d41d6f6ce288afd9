// Where in the shop the demo asks. Lines are found by their text, so that editing the shop does not mislead anybody.
import { readFileSync } from 'node:fs'

const shop = new URL('../../examples/shop/', import.meta.url)

/** @returns {string} `src/pricing.ts:12`, the one line of the file that contains the text */
export function placeOf(file, text) {
  const lines = readFileSync(new URL(file, shop), 'utf8').split('\n')
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []))
  if (found.length !== 1) throw new Error(`${file} contains ${JSON.stringify(text)} ${found.length} times, not once`)
  return `${file}:${found[0]}`
}
