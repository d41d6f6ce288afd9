import type { Redactor } from '@lightrun/core'
import { type Arrow, childrenOf, type MethodCall, type Pattern, type Term } from '../language/term.ts'
import { positionOfElement } from './elements.ts'
import type { Place } from './outline.ts'

/**
 * A program of which every input is seen by primitives only: values at places, and members of the elements of lists. Then
 * no object crosses. Elements are their numbers in there, and a member of one is a number or a text beside them.
 */
export interface Flat {
  values: readonly Place[]
  lists: readonly List[]
  /** Of the values, then of the lists, column after column. */
  fields: number
  /** By term: the field whose value it is. */
  valueOf: ReadonlyMap<Term, number>
  /** By term: the list that it is. */
  listOf: ReadonlyMap<Term, number>
  /** By parameter that is an element, or a member of one. */
  elementOf: ReadonlyMap<number, Element>
  /** Patterns that take an element apart, and the name that it has instead. */
  rowOf: ReadonlyMap<Pattern, string>
}

export interface List {
  place: Place
  /** The elements themselves are what is seen. */
  ofPrimitives: boolean
  /** Otherwise the members that are read of them. */
  columns: readonly string[]
  firstField: number
}

export interface Element {
  list: number
  row: string
  /** The field, when the parameter is a value. */
  member: string | undefined
}

/** Fields of a program, at most: their kinds are the digits of one number. */
const MAX_FIELDS = 12

export interface Inputs {
  isInput(term: Term): boolean
  indexOf(term: Term): number
}

/** @param maxDepth Members from an input to a value, at most. */
export function flatOf(root: Term, inputs: Inputs, redactor: Redactor, maxDepth: number): Flat | undefined {
  const values: { place: Place; terms: Term[] }[] = []
  const lists: { place: Place; columns: string[]; ofPrimitives: boolean; terms: Term[] }[] = []
  const elementOf = new Map<number, Element>()
  const rowOf = new Map<Pattern, string>()
  if (!isFlat(root)) return undefined

  let fields = values.length
  const found = lists.map(({ place, columns, ofPrimitives }): List => {
    const firstField = fields
    fields += ofPrimitives ? 1 : columns.length
    return { place, ofPrimitives, columns, firstField }
  })
  if (fields > MAX_FIELDS || fields + lists.length === 0) return undefined
  return {
    values: values.map(({ place }) => place),
    lists: found,
    fields,
    valueOf: new Map(values.flatMap(({ terms }, field) => terms.map((term) => [term, field] as const))),
    listOf: new Map(lists.flatMap(({ terms }, list) => terms.map((term) => [term, list] as const))),
    elementOf,
    rowOf,
  }

  function isFlat(term: Term): boolean {
    const place = placeOf(term)
    if (place !== undefined) return isReadable(place) && put(values, place, { place, terms: [] }).terms.push(term) > 0
    if (term.type === 'parameter') return elementOf.get(term.id)?.member !== undefined || !elementOf.has(term.id)
    if (term.type === 'member' && term.object.type === 'parameter' && isRow(term.object.id)) {
      return term.key.type === 'constant' && isColumn(elementOf.get(term.object.id), String(term.key.value))
    }
    if (term.type === 'method-call') {
      const list = placeOf(term.object)
      const arrow = list && arrowOver(term)
      if (list !== undefined && arrow !== undefined) return isFlatList(term, list, arrow)
    }
    return childrenOf(term).every(isFlat)
  }

  function isRow(id: number): boolean {
    const element = elementOf.get(id)
    return element !== undefined && element.member === undefined
  }

  function isFlatList(call: MethodCall, place: Place, arrow: Arrow): boolean {
    if (!isReadable(place)) return false
    const element = arrow.params[positionOfElement(call) as number] as Pattern | undefined
    const ofPrimitives = element?.type === 'parameter' && isUsedItself(element.id, arrow)
    const list = put(lists, place, { place, columns: [], ofPrimitives, terms: [] })
    if (list.ofPrimitives !== ofPrimitives) return false
    list.terms.push(call.object)
    const number = lists.indexOf(list)
    if (element?.type === 'parameter') {
      elementOf.set(element.id, { list: number, row: `p${element.id}`, member: ofPrimitives ? '' : undefined })
    } else if (element !== undefined && !isTakenApart(element, number)) return false
    return call.args.every(({ value }) => isFlat(value))
  }

  /** `({ price, sku: code }) => …` */
  function isTakenApart(pattern: Pattern, list: number): boolean {
    if (pattern.type !== 'object' || pattern.rest !== undefined) return false
    const row = `r${rowOf.size}`
    rowOf.set(pattern, row)
    return pattern.properties.every(({ key, value }) => {
      if (key.type !== 'constant' || value.type !== 'parameter') return false
      const member = String(key.value)
      elementOf.set(value.id, { list, row, member })
      return isColumn({ list, row, member: undefined }, member)
    })
  }

  function isColumn(element: Element | undefined, name: string): boolean {
    const list = lists[element?.list ?? -1]
    if (list === undefined || !isReadableName(name)) return false
    if (!list.columns.includes(name)) list.columns.push(name)
    return true
  }

  /** Members of an input, from there on; `?.` among them, since what is read that way must be there. */
  function placeOf(term: Term): Place | undefined {
    if (inputs.isInput(term)) return { input: inputs.indexOf(term), path: [] }
    if (term.type === 'chain') return placeOf(term.body)
    if (term.type !== 'member' || term.key.type !== 'constant') return undefined
    const from = placeOf(term.object)
    return from && { input: from.input, path: [...from.path, String(term.key.value)] }
  }

  /** A member of an element lies two deeper than the list. */
  function isReadable({ path }: Place): boolean {
    return path.length + 2 <= maxDepth && path.every(isReadableName)
  }

  /** V8 may compute `stack` with application code. */
  function isReadableName(name: string): boolean {
    return name !== 'stack' && !redactor.hides(name)
  }
}

function put<T extends { place: Place }>(found: T[], { input, path }: Place, fresh: T): T {
  const same = found.find(
    ({ place }) =>
      place.input === input &&
      place.path.length === path.length &&
      path.every((name, index) => place.path[index] === name),
  )
  if (same === undefined) found.push(fresh)
  return same ?? fresh
}

/** The callback of a method that gives no elements, where it does not get the list itself. */
function arrowOver(call: MethodCall): Arrow | undefined {
  const position = positionOfElement(call)
  const arrow = call.args[0]?.value
  if (position === undefined || arrow?.type !== 'arrow' || call.args.some(({ spread }) => spread)) return undefined
  return arrow.rest === undefined && arrow.params.length <= position + 2 ? arrow : undefined
}

/** Not only by its members. */
function isUsedItself(id: number, root: Term): boolean {
  if (root.type === 'parameter') return root.id === id
  if (root.type === 'member' && root.object.type === 'parameter') return isUsedItself(id, root.key)
  return childrenOf(root).some((child) => isUsedItself(id, child))
}
