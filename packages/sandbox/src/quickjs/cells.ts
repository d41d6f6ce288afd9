/**
 * What crosses without being copied into objects: numbers in memory that host and guest share, and texts, joined. This is
 * how it lies there; `flat.ts` says for which programs, `gather.ts` writes it, and `program.ts` prints what reads it.
 *
 *     [answer] [texts] [field 0, 2 numbers] [field 1] … [list 0, its length] [list 1] … | elements, column after column
 *
 * A field is a value, or one column of a list. Its first number is the number itself, or the place of its text, or where
 * its column begins (of texts: among the texts).
 */
export const ANSWER = 0
/** The answer, when it is a number. */
export const ANSWERED_NUMBER = 1
/** The same place, before: how many texts there are. */
export const TEXTS = 1
const FIELDS = 2
export const fieldAt = (field: number): number => FIELDS + 2 * field
export const listAt = (list: number, fields: number): number => FIELDS + 2 * fields + list
export const elementsAt = (lists: number, fields: number): number => FIELDS + 2 * fields + lists

/** Between texts, and after each. */
export const SEPARATOR = '\u0001'

/** What is in `ANSWER`. */
export const AS_TEXT = 0
export const IS_FALSE = 1
export const IS_TRUE = 2
export const IS_NUMBER = 3
/** A text has a separator in it: the guest has not begun. */
export const NOT_SEPARABLE = 4

/** What a field holds; the program is printed for it. A mixed one has two numbers for each value. */
export const NUMBERS = 0
export const STRINGS = 1
export const MIXED = 2
export type Kind = typeof NUMBERS | typeof STRINGS | typeof MIXED

/** The first number of a mixed value; the second is the number, or the place of the text. */
export const MIXED_NUMBER = 0
export const MIXED_TEXT = 1
export const MIXED_TRUE = 2
export const MIXED_FALSE = 3
export const MIXED_NULL = 4
export const MIXED_UNDEFINED = 5
