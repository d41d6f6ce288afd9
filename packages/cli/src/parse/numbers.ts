import { usageError } from '../exit-code.ts'

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, '': 1 }

/** `90s`, `30m`, `2h`, `1d` or plain seconds, as seconds. What is allowed is the server's to say. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text)
  const factor = SECONDS[match?.[2] ?? '-']
  if (match === null || factor === undefined || Number(match[1]) === 0) {
    throw usageError(`"${text}" is not a duration; write 90s, 30m, 2h, 1d or a number of seconds`)
  }
  return Number(match[1]) * factor
}

/** A whole number of at least `minimum`. */
export function parseCount(option: string, text: string, minimum = 1): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(count) && count >= minimum) return count
  throw usageError(`${option} takes a whole number of at least ${minimum}, not "${text}"`)
}

/** One of the words an option knows. */
export function parseChoice<T extends string>(option: string, choices: readonly T[], text: string): T {
  const choice = choices.find((each) => each === text.toLowerCase())
  if (choice !== undefined) return choice
  throw usageError(`${option} takes ${choices.join(', ')}, not "${text}"`)
}
