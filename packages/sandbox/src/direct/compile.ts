import { failed, redacted, UNAVAILABLE, unsafe } from '../evaluate/evaluation.ts'
import type { Argument, FunctionCall, Member, MethodCall, Term } from '../language/term.ts'
import { createFunctions } from './functions.ts'
import { createIterator } from './iterate.ts'
import { createMethods } from './methods.ts'
import { createOperators } from './operators.ts'
import { createReader } from './read.ts'
import type { Closure, Values, World } from './world.ts'

/** How one name is read where the expression is bound; undefined when it is not in scope there. */
export type Variables = (name: string) => Closure | undefined

export interface Binding {
  variables: Variables
  /** For messages. */
  names: readonly string[]
  /** Runs a term that needs QuickJS. `compile` is for the parts of it that do not. */
  guest(term: Term, compile: (term: Term) => Closure): Closure
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
  const functions = createFunctions(world, reader, operators)
  const iterating = createIterator(world)
  const callMethod = createMethods(world, operators, functions, iterating)
  const { intrinsics, redactor } = world

  return function compileIn(binding: Binding): (term: Term) => Closure {
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
          return operators.binary(term.operator, compile(term.left), compile(term.right))
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
          return object(term.properties.map(({ key, value }) => ({ key: compile(key), value: compile(value) })))
        case 'regexp':
        case 'parameter':
        case 'arrow':
          throw new TypeError(`A ${term.type} has no direct form`)
      }
    }

    function nameOf(name: string): Closure {
      if (redactor.hides(name)) return stop(redacted())
      const read = binding.variables(name)
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

    function functionCall({ namespace, name, args }: FunctionCall): Closure {
      if (binding.variables(namespace ?? name) !== undefined) {
        return stop(unsafe(`function: ${namespace ?? name} is a variable here`))
      }
      const call = functions.lookUp(namespace === undefined ? name : `${namespace}.${name}`)
      const given = list(args)
      return (values) => call(given(values))
    }

    function methodCall({ object, name, args, optionalMember, optionalCall, of }: MethodCall): Closure {
      const from = compile(object)
      const given = list(args)
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
          if (part === undefined) result.length++
          else if (!part.spread) result[result.length] = part.value(values)
          else {
            const more = iterating.itemsOf(part.value(values))
            for (let j = 0; j < more.length; j++) result[result.length] = more[j]
          }
        }
        return result
      }
    }

    function object(properties: readonly { key: Closure; value: Closure }[]): Closure {
      const count = properties.length
      return (values) => {
        const result = {}
        for (let i = 0; i < count; i++) {
          const property = properties[i] as (typeof properties)[number]
          const key = reader.toKey(property.key(values))
          const value = property.value(values)
          intrinsics.defineData(result, key, value)
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
