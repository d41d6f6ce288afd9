import { uncurryThis } from '../mirror/uncurry-this.ts'

// Asked in a hit about what was found in a text of the application: no regular expression, whose match `RegExp.$1` would
// show, and no method that the application may have replaced.

/** Luhn's check digit, over digits between which spaces and hyphens may stand. */
export function hasLuhnDigit(text: string): boolean {
  let sum = 0
  let isDoubled = false
  for (let i = text.length - 1; i >= 0; i--) {
    const digit = codeAt(text, i) - 48
    if (digit < 0 || digit > 9) continue
    const value = isDoubled ? digit * 2 : digit
    sum += value > 9 ? value - 9 : value
    isDoubled = !isDoubled
  }
  return sum % 10 === 0
}

/** ISO 13616: with its first four characters last and letters as numbers, the remainder by 97 is 1. */
export function isIban(text: string): boolean {
  let [head, remainder] = [0, 0]
  let seen = 0
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i)
    if (code === SPACE) continue
    if (seen++ < 4) head = appended(head, code)
    else remainder = appended(remainder, code) % 97
  }
  // Two letters and two digits: six digits.
  return (remainder * 1_000_000 + head) % 97 === 1
}

/** A number with the digits of a digit or letter (A is 10) behind it. */
function appended(number: number, code: number): number {
  const value = code <= NINE ? code - ZERO : code - 55
  return number * (value > 9 ? 100 : 10) + value
}

/** Four numbers up to 255. */
export function isIpv4(text: string): boolean {
  let part = 0
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i)
    part = isDigit(code) ? part * 10 + code - ZERO : 0
    if (part > 255) return false
  }
  return true
}

/** A token; words of a sentence have no capitals, digits or any of `_.=`. */
export function isNoWord(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i)
    if (isDigit(code) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code === 0x2e || code === 0x3d) return true
  }
  return false
}

const SPACE = 0x20
const ZERO = 0x30
const NINE = 0x39
const isDigit = (code: number) => code >= ZERO && code <= NINE
const codeAt = uncurryThis(String.prototype.charCodeAt)
