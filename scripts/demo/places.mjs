// Lines are found by their text, so that editing a service does not mislead anybody.
import { readFileSync } from 'node:fs'

/**
 * @param {URL} folder of a service, with a slash at its end
 * @returns {(file: string, text: string) => string} `src/pricing.ts:12`, the one line of the file that contains the text
 */
export function placesIn(folder) {
  return (file, text) => {
    const lines = readFileSync(new URL(file.replaceAll('%', '%25'), folder), 'utf8').split('\n')
    const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []))
    if (found.length !== 1) throw new Error(`${file} contains ${JSON.stringify(text)} ${found.length} times, not once`)
    return `${file}:${found[0]}`
  }
}
