/** Luhn's check digit, over digits between which spaces and hyphens may stand. */
export function hasLuhnDigit(text: string): boolean {
  let sum = 0
  let isDoubled = false
  for (let i = text.length - 1; i >= 0; i--) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) continue
    const value = isDoubled ? digit * 2 : digit
    sum += value > 9 ? value - 9 : value
    isDoubled = !isDoubled
  }
  return sum % 10 === 0
}

/** ISO 13616: with its first four characters last and letters as numbers, the remainder by 97 is 1. */
export function isIban(text: string): boolean {
  const compact = text.replaceAll(' ', '')
  let remainder = 0
  for (let i = 0; i < compact.length; i++) {
    const code = compact.charCodeAt((i + 4) % compact.length)
    const value = code <= 57 ? code - 48 : code - 55
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

/** Four numbers up to 255. */
export function isIpv4(text: string): boolean {
  return text.split('.').every((part) => Number(part) <= 255)
}
