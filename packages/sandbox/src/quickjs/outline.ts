import type { Redactor } from '@lightrun/core'
import type { Input } from './program.ts'
import type { Shape } from './shape.ts'

/** A shape as the encoder walks it on the hot path: lists, because a map's iterator can be replaced by the application. */
export type Outline = 'all' | 'none' | Partial
export interface Partial {
  members: readonly MemberOutline[]
  items: Outline | undefined
  rows: Rows | undefined
}

export interface MemberOutline {
  name: string
  /** `"name":` */
  prefix: string
  /** By redaction: it is not read. */
  hidden: boolean
  /** QuickJS has it on every object: that one does not must be said. */
  inherited: boolean
  outline: Outline
}

/**
 * A list whose elements are read by a few members only. It is written without its objects, value after value, which
 * QuickJS reads in half the time, as long as all of them are ordinary.
 */
export interface Rows {
  /** Its bit in the number that says which lists of a message are rows. */
  bit: number
  place: Place
  columns: readonly string[]
  /**
   * With a single column: the parameters that are elements, whose only member is seen. Then the value is the element, and
   * the program is printed for that.
   */
  elements: ReadonlySet<number> | undefined
}

/** Which input, and the members from there on. */
export interface Place {
  input: number
  path: readonly string[]
}

/** Lists of a message that can be rows: bits of one number. */
const MAX_ROWS = 30
/** Members of a row, at most. Objects with more gain little. */
const MAX_COLUMNS = 4

/** @param elementsAt See `Rows.elements`. */
export function outlinesOf(
  inputs: readonly Input[],
  redactor: Redactor,
  elementsAt: (place: Place) => ReadonlySet<number> | undefined,
): { outlines: readonly Outline[]; rows: readonly Rows[] } {
  const rows: Rows[] = []

  /** Names that are indices go first and in order, as they do in every object: objects are numbered by their place. */
  function outlineOf(shape: Shape, place: Place | undefined): Outline {
    if (typeof shape === 'string') return shape
    // In a message, an object with this key alone is something special; a whole object is told from it.
    if (shape.members.has('\0')) return 'all'
    const names = Object.keys(Object.fromEntries(shape.members))
    const members = names.map((name) => ({
      name,
      prefix: `${JSON.stringify(name)}:`,
      hidden: redactor.hides(name),
      inherited: name in Object.prototype,
      outline: outlineOf(shape.members.get(name) ?? 'all', place && { ...place, path: [...place.path, name] }),
    }))
    const items = shape.items === undefined ? undefined : outlineOf(shape.items, undefined)
    return { members, items, rows: place && rowsOf(members, items, place) }
  }

  function rowsOf(members: readonly MemberOutline[], items: Outline | undefined, place: Place): Rows | undefined {
    const columns = columnsOf(members, items)
    if (columns === undefined || rows.length === MAX_ROWS) return undefined
    const elements = columns.length === 1 ? elementsAt(place) : undefined
    const found = { bit: 1 << rows.length, place, columns, elements }
    rows.push(found)
    return found
  }

  return { outlines: inputs.map(({ shape }, input) => outlineOf(shape, { input, path: [] })), rows }
}

function columnsOf(own: readonly MemberOutline[], items: Outline | undefined): readonly string[] | undefined {
  if (items === undefined || typeof items === 'string' || own.some(({ name }) => name !== 'length')) return undefined
  const { members } = items
  if (items.items !== undefined || members.length === 0 || members.length > MAX_COLUMNS) return undefined
  return members.some(({ name, hidden, outline }) => hidden || outline !== 'all' || name === 'stack')
    ? undefined
    : members.map(({ name }) => name)
}
