import type { AnyNode, ArrowFunctionExpression, CallExpression, Expression, Literal, SpreadElement, Super } from 'acorn'
import {
  CALLABLE,
  DIRECT_ONLY,
  METHOD_COSTS,
  NAMESPACES,
  PATTERN_FIRST,
  PATTERN_METHODS,
  runsIn,
  TEXT_FIRST,
} from './built-ins.ts'
import { takesCallback } from './callbacks.ts'
import { MAX_EXPRESSION_DEPTH } from './limits.ts'
import { noSuchMethod, notCallable, notCallback, reasonAgainst } from './not-allowed.ts'
import { declareAll, type Names, patternOf } from './parameters.ts'
import { parsePattern } from './pattern.ts'
import { Fault } from './result.ts'
import {
  type Argument,
  type Arrow,
  BINARY_OPERATORS,
  type BinaryOperator,
  type Constant,
  type FunctionCall,
  type MethodCall,
  type ObjectLiteral,
  type RegExpLiteral,
  someTerm,
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
        const parameter = names.get(node.name)
        if (parameter === undefined) return { type: 'name', name: node.name, guest: false }
        if (!parameter.ready) throw notAllowed(node, `${node.name} has no value yet: it is declared further right`)
        return { type: 'parameter', id: parameter.id, guest: false }
      }
      case 'ParenthesizedExpression':
        return inner(node.expression)
      case 'ThisExpression':
        return { type: 'name', name: 'this', guest: false }
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
        return { type: 'unary', operator: node.operator as UnaryOperator, operand, guest: false }
      }
      case 'BinaryExpression': {
        if (node.left.type === 'PrivateIdentifier' || !isOneOf(BINARY_OPERATORS, node.operator)) break
        const left = inner(node.left)
        const right = inner(node.right)
        const operator = node.operator as BinaryOperator
        return { type: 'binary', operator, left, right, guest: false }
      }
      case 'LogicalExpression': {
        const left = inner(node.left)
        const right = inner(node.right)
        return { type: 'logical', operator: node.operator, left, right, guest: false }
      }
      case 'ConditionalExpression': {
        const test = inner(node.test)
        const consequent = inner(node.consequent)
        const alternate = inner(node.alternate)
        return { type: 'conditional', test, consequent, alternate, guest: false }
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
      case 'NewExpression': {
        const { callee } = node
        if (callee.type !== 'Identifier' || names.has(callee.name)) break
        if (!CALLABLE.has(`new ${callee.name}`)) throw notAllowed(node, notCallable(`new ${callee.name}`))
        if (callee.name === 'Date' && node.arguments.length === 0) {
          throw notAllowed(node, 'new Date() tells the time, which is no data; write new Date(x), or order.createdAt')
        }
        return functionCall('new', callee.name, node.arguments, names, depth)
      }
      case 'ArrowFunctionExpression':
        throw notAllowed(node, 'A function is allowed only as a callback, as in items.some((item) => item.price > 3)')
    }
    throw notAllowed(node, reasonAgainst(node))
  }

  function literal(node: Literal): Constant | RegExpLiteral {
    if (node.regex) {
      return { type: 'regexp', pattern: node.regex.pattern, flags: node.regex.flags, guest: true }
    }
    return constant(node.value as Constant['value'])
  }

  function call(node: CallExpression, names: Names, depth: number): FunctionCall | MethodCall {
    const { callee } = node
    if (callee.type === 'Identifier' && !names.has(callee.name)) {
      if (!CALLABLE.has(callee.name)) throw notAllowed(callee, notCallable(callee.name))
      return functionCall(undefined, callee.name, node.arguments, names, depth)
    }
    if (callee.type !== 'MemberExpression' || callee.object.type === 'Super') {
      throw notAllowed(callee, 'Only built-in functions and methods may be called, by their name')
    }
    if (callee.computed || callee.property.type !== 'Identifier') {
      throw notAllowed(callee.property, 'A method is called by its name, as in text.includes("a")')
    }
    const { name } = callee.property
    if (callee.object.type === 'Identifier' && !names.has(callee.object.name) && NAMESPACES.has(callee.object.name)) {
      const full = `${callee.object.name}.${name}`
      if (CALLABLE.has(full)) return functionCall(callee.object.name, name, node.arguments, names, depth)
      throw notAllowed(callee, notCallable(full))
    }
    const cost = METHOD_COSTS.get(name)
    if (cost === undefined) throw notAllowed(callee.property, noSuchMethod(name))
    const isPattern = PATTERN_METHODS.has(name)
    const object = ofPattern(term(callee.object, names, depth + 1), isPattern)
    const args = argumentsOf(name, node.arguments, names, depth)
    if (args[0] && !args[0].spread) args[0].value = ofPattern(args[0].value, PATTERN_FIRST.has(name))
    const pattern = isPattern ? object : args[0] && !args[0].spread ? args[0].value : undefined
    const isDirect = pattern?.type === 'regexp' && !pattern.guest
    const must =
      runsIn(cost) === 'quickjs' ? !isDirect : TEXT_FIRST.has(name) && !isDirect && !(pattern && isText(pattern))
    return {
      type: 'method-call',
      object,
      name,
      args,
      optionalMember: callee.optional,
      optionalCall: node.optional,
      of: textOf(callee.object),
      guest: runsInQuickJs(node.arguments, name, must, [object], args),
    }
  }

  function functionCall(
    namespace: string | undefined,
    name: string,
    nodes: readonly (Expression | SpreadElement)[],
    names: Names,
    depth: number,
  ): FunctionCall {
    const full = namespace === undefined ? name : `${namespace}${namespace === 'new' ? ' ' : '.'}${name}`
    const args = argumentsOf(full, nodes, names, depth)
    // Of JSON, a callback sees holders and keys on the way: QuickJS has that.
    const must =
      CALLABLE.get(full) === 'copy' || (namespace === 'JSON' && args.some(({ value }) => value.type === 'arrow'))
    return { type: 'function-call', namespace, name, args, guest: runsInQuickJs(nodes, full, must, [], args) }
  }

  /** Together with what it is made of, unless something inside a callback can be done on the live values only. */
  function runsInQuickJs(
    nodes: readonly Node[],
    name: string,
    must: boolean,
    parts: readonly Term[],
    args: readonly Argument[],
  ): boolean {
    const values = args.map(({ value }) => value)
    const live = values.findIndex((value) => value.type === 'arrow' && someTerm(value, needsLiveValues))
    if (must && live !== -1) {
      const message = `This callback of ${name}() runs in QuickJS, on copies: no instanceof, new Date or local time in it`
      throw notAllowed(nodes[live] as Node, message)
    }
    if (must || [...parts, ...values].some(isGuest)) return must || (live === -1 && !DIRECT_ONLY.has(name))
    return live === -1 && values.some((value) => value.type === 'arrow' && someTerm(value, isGuest))
  }

  function argumentsOf(
    name: string,
    nodes: readonly (Expression | SpreadElement)[],
    names: Names,
    depth: number,
  ): Argument[] {
    return nodes.map((node, index) => {
      if (node.type !== 'ArrowFunctionExpression') return argument(node, names, depth)
      if (!takesCallback(name, index)) throw notAllowed(node, notCallback(name))
      return { value: arrow(node, names, depth), spread: false }
    })
  }

  function argument(node: Expression | SpreadElement, names: Names, depth: number): Argument {
    return node.type === 'SpreadElement'
      ? { value: term(node.argument, names, depth + 1), spread: true }
      : { value: term(node, names, depth + 1), spread: false }
  }

  function arrow(node: ArrowFunctionExpression, names: Names, depth: number): Arrow {
    if (node.async) throw notAllowed(node, 'A callback cannot be async')
    if (node.body.type === 'BlockStatement') {
      throw notAllowed(node.body, 'A callback is one expression: (item) => item.price > 3')
    }
    const inside = declareAll(node.params, names, () => parameters++)
    const patterns = node.params.map((param) =>
      patternOf(param.type === 'RestElement' ? param.argument : param, inside, (child) =>
        term(child as Node, inside, depth + 1),
      ),
    )
    const rest = node.params.at(-1)?.type === 'RestElement' ? patterns.pop() : undefined
    return { type: 'arrow', params: patterns, rest, body: term(node.body, inside, depth + 1), guest: false }
  }

  function object(node: Extract<Node, { type: 'ObjectExpression' }>, names: Names, depth: number): ObjectLiteral {
    const properties = node.properties.map((property) => {
      if (property.type === 'SpreadElement') {
        return { key: undefined, value: term(property.argument, names, depth + 1) }
      }
      if (property.kind !== 'init' || property.method) {
        throw notAllowed(property, 'An object literal has plain properties only')
      }
      const key = propertyKey(property, (child) => term(child, names, depth + 1))
      return { key, value: term(property.value, names, depth + 1) }
    })
    return {
      type: 'object',
      properties,
      ...traits(...properties.flatMap(({ key, value }) => (key ? [key, value] : [value]))),
    }
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

const constant = (value: Constant['value']): Constant => ({ type: 'constant', value, guest: false })

/** Made of its parts: where one needs QuickJS, so does the whole. An operator is not: it is evaluated outside. */
const traits = (...parts: readonly Term[]) => ({ guest: parts.some(isGuest) })
const isGuest = (term: Term): boolean => term.guest

/** A regular expression where one is used and that the direct evaluator can match is not for QuickJS. */
function ofPattern(term: Term, isUsed: boolean): Term {
  return isUsed && term.type === 'regexp' && parsePattern(term.pattern, term.flags) ? { ...term, guest: false } : term
}

/** Written as text, so that it is no regular expression. */
const isText = (term: Term): boolean =>
  term.type === 'template' || (term.type === 'constant' && typeof term.value === 'string')

/** Cannot be done on copies, and cannot be done beforehand. */
const needsLiveValues = (term: Term): boolean =>
  isDirectOnly(term) && someTerm(term, (part) => part.guest || part.type === 'parameter')

/** Has no form in QuickJS. */
export function isDirectOnly(term: Term): boolean {
  if (term.type === 'binary') return term.operator === 'instanceof'
  if (term.type === 'method-call') return DIRECT_ONLY.has(term.name)
  if (term.type !== 'function-call' || term.namespace === undefined) return false
  return DIRECT_ONLY.has(`${term.namespace}${term.namespace === 'new' ? ' ' : '.'}${term.name}`)
}

const isOneOf = (list: readonly string[], operator: string) => list.includes(operator)

const notAllowed = (node: { start: number }, message: string) =>
  new Fault('expression_not_allowed', message, node.start)
