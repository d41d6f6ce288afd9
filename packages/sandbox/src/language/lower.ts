import type { AnyNode, ArrowFunctionExpression, CallExpression, Expression, Literal, SpreadElement, Super } from 'acorn'
import { FUNCTIONS, INSTEAD, METHODS, STATICS } from './built-ins.ts'
import { MAX_EXPRESSION_DEPTH } from './limits.ts'
import { reasonAgainst } from './not-allowed.ts'
import { declare, type Names } from './parameters.ts'
import type { Engine } from './result.ts'
import { Fault } from './result.ts'
import {
  type Argument,
  type Arrow,
  BINARY_OPERATORS,
  type BinaryOperator,
  type Constant,
  childrenOf,
  type FunctionCall,
  type MethodCall,
  type ObjectLiteral,
  type RegExpLiteral,
  type Term,
  UNARY_OPERATORS,
  type UnaryOperator,
} from './term.ts'

type Node = AnyNode | Expression | SpreadElement | Super

/**
 * The verifier: turns a syntax tree into a term, construct by allowed construct. What has no case here is refused
 * with its place, so a construct that the language gains later stays out until somebody lets it in.
 */
export function lower(source: string, root: Expression): Term {
  let parameters = 0

  function term(node: Node, names: Names, depth: number): Term {
    if (depth > MAX_EXPRESSION_DEPTH) {
      throw new Fault(
        'expression_too_large',
        `The expression nests deeper than ${MAX_EXPRESSION_DEPTH} levels`,
        node.start,
      )
    }
    const inner = (child: Node): Term => term(child, names, depth + 1)
    switch (node.type) {
      case 'Literal':
        return literal(node)
      case 'Identifier': {
        const id = names.get(node.name)
        return id === undefined
          ? { type: 'name', name: node.name, guest: false, bound: false }
          : { type: 'parameter', id, guest: true, bound: true }
      }
      case 'ParenthesizedExpression':
        return inner(node.expression)
      case 'ThisExpression':
        return { type: 'name', name: 'this', guest: false, bound: false }
      case 'MemberExpression': {
        if (node.object.type === 'Super' || node.property.type === 'PrivateIdentifier') break
        const object = inner(node.object)
        const key = node.computed ? inner(node.property) : constant((node.property as { name: string }).name)
        if (key.type === 'constant' && key.value === '__proto__') {
          throw notAllowed(node.property, '__proto__ is not allowed; use instanceof')
        }
        return { type: 'member', object, key, optional: node.optional, of: textOf(node.object), ...traits(object, key) }
      }
      case 'ChainExpression': {
        const body = inner(node.expression)
        return { type: 'chain', body, ...traits(body) }
      }
      case 'CallExpression':
        return call(node, names, depth)
      case 'UnaryExpression': {
        if (!isOneOf(UNARY_OPERATORS, node.operator)) break
        const operand = inner(node.argument)
        return { type: 'unary', operator: node.operator as UnaryOperator, operand, ...splitting(operand) }
      }
      case 'BinaryExpression': {
        if (node.left.type === 'PrivateIdentifier' || !isOneOf(BINARY_OPERATORS, node.operator)) break
        const left = inner(node.left)
        const right = inner(node.right)
        const operator = node.operator as BinaryOperator
        if (operator === 'instanceof' && (left.bound || right.bound)) {
          throw notAllowed(node, 'instanceof is not allowed inside a callback, which works on copies')
        }
        return { type: 'binary', operator, left, right, ...splitting(left, right) }
      }
      case 'LogicalExpression': {
        const left = inner(node.left)
        const right = inner(node.right)
        return { type: 'logical', operator: node.operator, left, right, ...splitting(left, right) }
      }
      case 'ConditionalExpression': {
        const test = inner(node.test)
        const consequent = inner(node.consequent)
        const alternate = inner(node.alternate)
        return { type: 'conditional', test, consequent, alternate, ...splitting(test, consequent, alternate) }
      }
      case 'TemplateLiteral': {
        const values = node.expressions.map(inner)
        const texts = node.quasis.map((quasi) => quasi.value.cooked ?? '')
        return { type: 'template', texts, values, ...traits(...values) }
      }
      case 'ArrayExpression': {
        const items = node.elements.map((item) => (item === null ? undefined : argument(item, names, depth)))
        return { type: 'array', items, ...traits(...items.flatMap((item) => (item ? [item.value] : []))) }
      }
      case 'ObjectExpression':
        return object(node, names, depth)
      case 'ArrowFunctionExpression':
        throw notAllowed(node, 'A function is allowed only as a callback, as in items.some((item) => item.price > 3)')
    }
    throw notAllowed(node, reasonAgainst(node))
  }

  function literal(node: Literal): Constant | RegExpLiteral {
    if (node.regex) {
      return { type: 'regexp', pattern: node.regex.pattern, flags: node.regex.flags, guest: true, bound: false }
    }
    return constant(node.value as Constant['value'])
  }

  function call(node: CallExpression, names: Names, depth: number): FunctionCall | MethodCall {
    const { callee } = node
    const given = () => node.arguments.map((each) => argument(each, names, depth, true))
    if (callee.type === 'Identifier' && !names.has(callee.name)) {
      const engine = FUNCTIONS.get(callee.name)
      if (engine === undefined) throw notAllowed(callee, notCallable(callee.name, [...FUNCTIONS.keys()]))
      return functionCall(undefined, callee.name, engine, given())
    }
    if (callee.type !== 'MemberExpression' || callee.object.type === 'Super') {
      throw notAllowed(callee, 'Only built-in functions and methods may be called, by their name')
    }
    if (callee.computed || callee.property.type !== 'Identifier') {
      throw notAllowed(callee.property, 'A method is called by its name, as in text.includes("a")')
    }
    const name = callee.property.name
    if (callee.object.type === 'Identifier' && !names.has(callee.object.name)) {
      const statics = STATICS.get(callee.object.name)
      const engine = statics?.get(name)
      if (engine !== undefined) return functionCall(callee.object.name, name, engine, given())
      if (statics !== undefined)
        throw notAllowed(callee, notCallable(`${callee.object.name}.${name}`, [...statics.keys()]))
    }
    const engine = METHODS.get(name)
    if (engine === undefined) throw notAllowed(callee.property, notCallable(name, [], INSTEAD.get(name)))
    const receiver = term(callee.object, names, depth + 1)
    const args = given()
    return {
      type: 'method-call',
      object: receiver,
      name,
      args,
      optionalMember: callee.optional,
      optionalCall: node.optional,
      of: textOf(callee.object),
      ...traits(receiver, ...args.map((each) => each.value)),
      ...(engine === 'quickjs' && { guest: true }),
    }
  }

  function functionCall(namespace: string | undefined, name: string, engine: Engine, args: Argument[]): FunctionCall {
    const own = traits(...args.map((each) => each.value))
    return { type: 'function-call', namespace, name, args, bound: own.bound, guest: own.guest || engine === 'quickjs' }
  }

  function argument(node: Expression | SpreadElement, names: Names, depth: number, callback = false): Argument {
    if (node.type === 'SpreadElement') return { value: term(node.argument, names, depth + 1), spread: true }
    if (callback && node.type === 'ArrowFunctionExpression') return { value: arrow(node, names, depth), spread: false }
    return { value: term(node, names, depth + 1), spread: false }
  }

  function arrow(node: ArrowFunctionExpression, names: Names, depth: number): Arrow {
    if (node.async) throw notAllowed(node, 'A callback cannot be async')
    if (node.body.type === 'BlockStatement') {
      throw notAllowed(node.body, 'A callback is one expression: (item) => item.price > 3')
    }
    const first = parameters
    const inside = new Map(names)
    const params = node.params.map((param) => declare(param, inside, () => parameters++))
    const body = term(node.body, inside, depth + 1)
    return { type: 'arrow', params, body, guest: true, bound: usesBelow(body, first) }
  }

  function object(node: Extract<Node, { type: 'ObjectExpression' }>, names: Names, depth: number): ObjectLiteral {
    const properties = node.properties.map((property) => {
      if (property.type === 'SpreadElement') {
        throw notAllowed(property, 'Spread is allowed in arrays and arguments, not in objects; name the properties')
      }
      if (property.kind !== 'init' || property.method) {
        throw notAllowed(property, 'An object literal has plain properties only')
      }
      const key = propertyKey(property, (child) => term(child, names, depth + 1))
      return { key, value: term(property.value, names, depth + 1) }
    })
    return { type: 'object', properties, ...traits(...properties.flatMap(({ key, value }) => [key, value])) }
  }

  function propertyKey(property: { key: Expression; computed: boolean }, inner: (node: Expression) => Term): Term {
    if (property.computed) return inner(property.key)
    const name = property.key.type === 'Identifier' ? property.key.name : String((property.key as Literal).value)
    if (name === '__proto__') throw notAllowed(property.key, '__proto__ is not allowed')
    return constant(name)
  }

  const textOf = (node: Node) => {
    const text = source.slice(node.start, node.end)
    return text.length > 60 ? `${text.slice(0, 59)}…` : text
  }

  return term(root, new Map(), 0)
}

const constant = (value: Constant['value']): Constant => ({ type: 'constant', value, guest: false, bound: false })

/** Made of its parts: where one needs QuickJS, so does the whole. */
const traits = (...parts: readonly Term[]) => ({
  guest: parts.some((part) => part.guest),
  bound: parts.some((part) => part.bound),
})

/** An operator is evaluated outside and only its operands inside, unless it depends on a parameter. */
const splitting = (...parts: readonly Term[]) => {
  const bound = parts.some((part) => part.bound)
  return { guest: bound, bound }
}

/** Whether a term uses a parameter that was declared before the given one. */
function usesBelow(root: Term, first: number): boolean {
  if (!root.bound) return false
  if (root.type === 'parameter') return root.id < first
  return childrenOf(root).some((part) => usesBelow(part, first))
}

const isOneOf = (list: readonly string[], operator: string) => list.includes(operator)

const notAllowed = (node: { start: number }, message: string) =>
  new Fault('expression_not_allowed', message, node.start)

function notCallable(name: string, candidates: readonly string[], instead?: string): string {
  const help =
    instead !== undefined
      ? `use ${instead}`
      : candidates.length > 0
        ? `allowed here: ${candidates.join(', ')}`
        : 'only built-in methods that change nothing are'
  return `${name}() is not allowed: ${help}`
}
