import { hashText } from './hash.ts'

/** Every name that woven code adds begins with this. */
export const PREFIX = '$lr_'

/** The part of a file's names that tells it from other files and from other versions of itself. */
export function fileKey(filename: string, source: string): string {
  return hashText(filename, source)
}

/** The global property cell that switches the probes of one function. Ordinal 0 is the module level. */
export function cellName(key: string, ordinal: number): string {
  return `${PREFIX}${key}_${ordinal}`
}

/**
 * The accessor that a function declares, of the module if the ordinal is 0. The name is also that of a global property without a value:
 * a text that runs elsewhere, as code that was made of a function's text does, finds that.
 */
export function accessorName(key: string, ordinal: number): string {
  return `${PREFIX}${key}_m${ordinal}`
}

/** The accessor's parameter. Not a name an application uses, or it would hide that variable. */
export function accessorParameter(key: string): string {
  return `${PREFIX}${key}_n`
}

/** Holds what a function returns or throws while its probe looks at it. A local of each function that needs it. */
export const TEMPORARY = `${PREFIX}t`

/** Has what a function's cell had when the call began. A local of each function that looks once. */
export const LOOKED = `${PREFIX}p`

/** True for a name that only woven code has. */
export function isWovenName(name: string): boolean {
  return name === TEMPORARY || name === LOOKED || /^\$lr_[0-9a-z]{1,11}_m?\d+$/.test(name)
}
