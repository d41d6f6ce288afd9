import { failed, redacted, UNAVAILABLE, unsafe } from '../evaluate/evaluation.ts'
import type { Slot } from '../expression.ts'
import { rootOf } from '../language/references.ts'
import type { Argument, Binary, FunctionCall, Member, MethodCall, Term } from '../language/term.ts'
import { createArrayFrom } from './array-from.ts'
import { type Cell, createArrows } from './arrow.ts'
import { createCallbacks } from './callback.ts'
import { createConstructors } from './construct.ts'
import { type BuiltInFunction, createFunctions } from './functions.ts'
import { createIterator } from './iterate.ts'
import { append, appendHole } from './lists.ts'
import { createMethods } from './methods.ts'
import { createObjects } from './objects.ts'
import { createOperators } from './operators.ts'
import { createReader } from './read.ts'
import { createPatternMethods } from './regexp/methods.ts'
import type { Closure, Values, World } from './world.ts'

/** How one name is read where the expression is bound, or which of the values it is; undefined when it is not in scope there. */
export type Variables = (name: string) => Slot | undefined

export interface Binding {
  variables: Variables
  /** For messages. */
  names: readonly string[]
  /** Runs a term that needs QuickJS. `compile` is for the parts of it that do not. */
  guest(term: Term, compile: (term: Term) => Closure): Closure
  /** Takes the cells of parameters, to be emptied after each evaluation. */
  cells: Cell[]
}

/** What a chain gives that `?.` ended. Seen by the rest of the chain only. */
const SHORT = Symbol('short')

/**
 * Turns terms into closures: one for each term, so that a run does no dispatch on the tree. What a closure reads,
 * it reads in the order of JavaScript.
 */
export function createDirectCompiler(world: World) {
  const reader = createReader(world)
  const operators = createOperators(world, reader)
  const iterating = createIterator(world)
  const objects = createObjects(world, reader, iterating)
  const functions = createFunctions(world, operators, objects)
  const construct = createConstructors(world, objects, iterating)
  const callbackOf = createCallbacks(world, functions)
  const patterns = createPatternMethods(world, operators, callbackOf, iterating.iteratorOver)
  const callMethod = createMethods(world, reader, operators, objects, iterating, callbackOf, patterns)
  const arrayFrom = createArrayFrom(world, reader, iterating, callbackOf)
  const { intrinsics, redactor, meter } = world

  return function compileIn(binding: Binding): (term: Term) => Closure {
    const cells = new Map<number, Cell>()
    const arrow = createArrows(world, reader, iterating, objects, compile, cellOf)

    function cellOf(id: number): Cell {
      const cell = cells.get(id) ?? { value: undefined }
      if (!cells.has(id)) binding.cells.push(cell)
      cells.set(id, cell)
      return cell
    }

    function compile(term: Term): Closure {
      if (term.guest) return binding.guest(term, compile)
      switch (term.type) {
        case 'constant': {
          const { value } = term
          return () => value
        }
        case 'name':
          return nameOf(term.name)
        case 'member':
          return member(term)
        case 'chain': {
          const body = compile(term.body)
          return (values) => {
            const value = body(values)
            return value === SHORT ? undefined : value
          }
        }
        case 'function-call':
          return functionCall(term)
        case 'method-call':
          return methodCall(term)
        case 'unary':
          return term.operator === 'typeof' && isUnknown(term.operand)
            ? () => 'undefined'
            : operators.unary(term.operator, compile(term.operand))
        case 'binary':
          return compare(term) ?? operators.binary(term.operator, compile(term.left), compile(term.right))
        case 'logical': {
          const left = compile(term.left)
          const right = compile(term.right)
          if (term.operator === '&&') return (values) => left(values) && right(values)
          if (term.operator === '||') return (values) => left(values) || right(values)
          return (values) => left(values) ?? right(values)
        }
        case 'conditional': {
          const test = compile(term.test)
          const consequent = compile(term.consequent)
          const alternate = compile(term.alternate)
          return (values) => (test(values) ? consequent(values) : alternate(values))
        }
        case 'template':
          return template(term.texts, term.values.map(compile))
        case 'array':
          return list(term.items)
        case 'object':
          return object(term.properties.map(({ key, value }) => ({ key: key && compile(key), value: compile(value) })))
        case 'parameter': {
          const cell = cellOf(term.id)
          return () => cell.value
        }
        case 'arrow':
          return arrow(term)
        case 'regexp': {
          const literal = patterns.literal(term)
          return () => literal
        }
      }
    }

    function compare({ operator, left, right }: Binary): Closure | undefined {
      return right.type === 'constant' ? operators.withConstant(operator, compile(left), right.value) : undefined
    }

    function nameOf(name: string): Closure {
      if (redactor.hides(name)) return stop(redacted())
      const read = binding.variables(name)
      if (typeof read === 'number') {
        return (values) => {
          const value = values[read]
          if (value === UNAVAILABLE) throw failed(`${name} has no value here: it is not initialised yet`)
          return value
        }
      }
      if (read !== undefined) {
        return (values) => {
          const value = read(values)
          if (value === UNAVAILABLE) throw failed(`${name} has no value here: it is not initialised yet`)
          return value
        }
      }
      if (isUnknown({ type: 'name', name })) return stop(failed(notDefined(name, binding.names)))
      const value = intrinsics.values.get(name)
      return () => value
    }

    function isUnknown(term: { type: string; name?: string }): boolean {
      if (term.type !== 'name' || term.name === undefined || redactor.hides(term.name)) return false
      return binding.variables(term.name) === undefined && !intrinsics.values.has(term.name)
    }

    function member({ object, key, optional, of }: Member): Closure {
      const from = compile(object)
      if (key.type === 'constant') {
        const name = typeof key.value === 'symbol' ? key.value : String(key.value)
        if (redactor.hides(name)) return stop(redacted())
        const slot = object.type === 'name' && !redactor.hides(object.name) ? binding.variables(object.name) : undefined
        if (typeof slot === 'number') {
          return (values) => {
            const target = values[slot]
            if (target === UNAVAILABLE) return from(values) // says why
            if (optional && isNothing(target)) return SHORT
            return reader.readMember(target, name, of)
          }
        }
        return (values) => {
          const target = from(values)
          if (target === SHORT || (optional && isNothing(target))) return SHORT
          return reader.readMember(target, name, of)
        }
      }
      const keyOf = compile(key)
      return (values) => {
        const target = from(values)
        if (target === SHORT || (optional && isNothing(target))) return SHORT
        return reader.readComputed(target, keyOf(values), of)
      }
    }

    function functionCall(term: FunctionCall): Closure {
      const root = rootOf(term)
      if (redactor.hides(root)) return stop(redacted())
      if (binding.variables(root) !== undefined) return stop(unsafe(`function: ${root} is a variable here`))
      const call = builtIn(term)
      const given = list(term.args)
      return (values) => call(given(values))
    }

    function builtIn({ namespace, name }: FunctionCall): BuiltInFunction {
      if (namespace === 'Array' && name === 'from') return arrayFrom
      const found = namespace === 'new' ? construct(name) : functions.lookUp(namespace ? `${namespace}.${name}` : name)
      if (found === undefined) throw new TypeError(`${name} has no direct form`)
      return found
    }

    function methodCall({ object, name, args, optionalMember, optionalCall, of }: MethodCall): Closure {
      const given = list(args)
      if (object.type === 'regexp') {
        const literal = patterns.literal(object)
        return (values) => patterns.call(literal, name, given(values))
      }
      const from = compile(object)
      return (values) => {
        const receiver = from(values)
        if (receiver === SHORT) return SHORT
        if (isNothing(receiver)) {
          if (optionalMember) return SHORT
          throw failed(`Cannot call ${name}() of ${receiver} (${of})`)
        }
        if (optionalCall && isNothing(reader.readMember(receiver, name, of))) return SHORT
        return callMethod(receiver, name, given(values), of)
      }
    }

    function list(items: readonly (Argument | undefined)[]): (values: Values) => unknown[] {
      const parts = items.map((item) => item && { spread: item.spread, value: compile(item.value) })
      const count = parts.length
      return (values) => {
        const result: unknown[] = []
        for (let i = 0; i < count; i++) {
          const part = parts[i]
          if (part === undefined) appendHole(result)
          else if (!part.spread) append(result, part.value(values))
          else {
            const more = iterating.itemsOf(part.value(values))
            for (let j = 0; j < more.length; j++) append(result, more[j])
          }
        }
        return result
      }
    }

    function object(properties: readonly { key: Closure | undefined; value: Closure }[]): Closure {
      const count = properties.length
      return (values) => {
        const result = {}
        for (let i = 0; i < count; i++) {
          const property = properties[i] as (typeof properties)[number]
          if (property.key === undefined) {
            objects.spreadInto(result, property.value(values))
            continue
          }
          const key = reader.toKey(property.key(values))
          intrinsics.defineData(result, key, property.value(values))
        }
        return result
      }
    }

    return compile
  }

  function template(texts: readonly string[], parts: readonly Closure[]): Closure {
    const [first = '', ...rest] = texts
    return (values) => {
      let text = first
      for (let i = 0; i < parts.length; i++) text += operators.textOf(parts[i]?.(values)) + rest[i]
      meter.build(text.length)
      return text
    }
  }
}

export type DirectCompiler = ReturnType<typeof createDirectCompiler>

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined

function stop(reason: Error | object): Closure {
  return () => {
    throw reason
  }
}

/** The most names a message lists. */
const MAX_LISTED = 20

function notDefined(name: string, names: readonly string[]): string {
  const listed = names.slice(0, MAX_LISTED).join(', ')
  const more = names.length > MAX_LISTED ? `, and ${names.length - MAX_LISTED} more` : ''
  return `${name} is not defined here; available: ${names.length === 0 ? 'nothing' : listed + more}`
}
