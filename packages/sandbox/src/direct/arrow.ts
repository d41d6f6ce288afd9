import { failed, redacted } from '../evaluate/evaluation.ts'
import { type Arrow, type Pattern, sizeOf, type Term } from '../language/term.ts'
import { Callback } from './callback.ts'
import type { Iterating } from './iterate.ts'
import { append } from './lists.ts'
import type { Objects } from './objects.ts'
import type { Reader } from './read.ts'
import type { Closure, Values, World } from './world.ts'

/** Where a parameter has its value while the callback runs. One for each: an arrow function cannot call itself. */
export interface Cell {
  value: unknown
}

type Matcher = (value: unknown, values: Values) => void

/** Arrow functions of an expression. Each call costs fuel for all of its terms. */
export function createArrows(
  world: World,
  reader: Reader,
  iterating: Iterating,
  objects: Objects,
  compile: (term: Term) => Closure,
  cellOf: (id: number) => Cell,
) {
  const { meter, redactor } = world

  function arrow(term: Arrow): (values: Values) => Callback {
    const body = compile(term.body)
    const cost = sizeOf(term)
    const cells = term.rest === undefined && term.params.length <= 2 ? term.params.map(simpleCell) : [undefined]
    if (cells.includes(undefined)) return general(term, body, cost)
    const [first, second] = cells
    if (first === undefined) {
      return (values) =>
        new Callback(() => {
          meter.spend(cost)
          return body(values)
        })
    }
    if (second === undefined) {
      return (values) =>
        new Callback((a) => {
          meter.spend(cost)
          first.value = a
          return body(values)
        })
    }
    return (values) =>
      new Callback((a, b) => {
        meter.spend(cost)
        first.value = a
        second.value = b
        return body(values)
      })
  }

  const simpleCell = (pattern: Pattern) => (pattern.type === 'parameter' ? cellOf(pattern.id) : undefined)

  function general({ params, rest }: Arrow, body: Closure, cost: number): (values: Values) => Callback {
    const matchers = params.map(matcher)
    const count = matchers.length
    const matchRest = rest && matcher(rest)
    return (values) =>
      new Callback((...args) => {
        meter.spend(cost)
        for (let i = 0; i < count; i++) (matchers[i] as Matcher)(args[i], values)
        if (matchRest !== undefined) {
          const others: unknown[] = []
          for (let i = count; i < args.length; i++) append(others, args[i])
          matchRest(others, values)
        }
        return body(values)
      })
  }

  function matcher(pattern: Pattern): Matcher {
    switch (pattern.type) {
      case 'parameter': {
        const cell = cellOf(pattern.id)
        return (value) => {
          cell.value = value
        }
      }
      case 'default': {
        const inner = matcher(pattern.pattern)
        const instead = compile(pattern.value)
        return (value, values) => inner(value === undefined ? instead(values) : value, values)
      }
      case 'object':
        return objectMatcher(pattern)
      case 'array':
        return arrayMatcher(pattern)
    }
  }

  function objectMatcher({ properties, rest }: Extract<Pattern, { type: 'object' }>): Matcher {
    const parts = properties.map(({ key, value }) => ({ key: compile(key), match: matcher(value) }))
    const matchRest = rest && matcher(rest)
    return (value, values) => {
      if (value === undefined || value === null) throw failed(`Cannot take properties out of ${value}`)
      const taken: (string | symbol)[] = []
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i] as (typeof parts)[number]
        const key = reader.toKey(part.key(values))
        if (typeof key === 'string' && redactor.hides(key)) throw redacted()
        part.match(reader.readMember(value, key, 'a parameter'), values)
        append(taken, key)
      }
      if (matchRest !== undefined) matchRest(objects.spreadInto({}, value, taken), values)
    }
  }

  function arrayMatcher({ items, rest }: Extract<Pattern, { type: 'array' }>): Matcher {
    const matchers = items.map((item) => item && matcher(item))
    const count = matchers.length
    const matchRest = rest && matcher(rest)
    return (value, values) => {
      const found = iterating.itemsOf(value, matchRest === undefined ? count : undefined)
      for (let i = 0; i < count; i++) matchers[i]?.(found[i], values)
      if (matchRest === undefined) return
      const others: unknown[] = []
      for (let i = count; i < found.length; i++) append(others, found[i])
      matchRest(others, values)
    }
  }

  return arrow
}
