import { CALLABLE, CONSTRUCTORS, FUNCTIONS, INSTEAD, STATICS } from './built-ins.ts'

/** In words, why a construct is refused and what to write instead. */
export function reasonAgainst(node: { type: string }): string {
  return REASONS[node.type] ?? `${node.type} is not part of the expression language, which only reads`
}

/** @param name As it is written: `save`, `Math.random`, `new Proxy`. */
export function notCallable(name: string): string {
  const instead = INSTEAD.get(name)
  if (instead !== undefined) return `${name}() is not allowed: use ${instead}`
  const isNew = name.startsWith('new ')
  const [namespace, member] = name.split('.')
  const candidates = isNew
    ? CONSTRUCTORS.map((each) => `new ${each.name}`)
    : member === undefined
      ? FUNCTIONS.map((each) => each.name)
      : STATICS.filter((each) => each.of === namespace).map((each) => each.name)
  return `${name}() is not allowed; allowed here: ${candidates.join(', ')}`
}

/** Of a method that is not in the language. */
export function noSuchMethod(name: string): string {
  const instead = INSTEAD.get(name)
  if (instead !== undefined) return `${name}() is not allowed: use ${instead}`
  return CALLABLE.has(name)
    ? `${name}() is a function, not a method: write ${name}(x)`
    : `${name}() is not allowed: only built-in methods that change nothing are, such as includes, slice, some, map, get`
}

export const notCallback = (name: string): string =>
  `${name}() takes no callback; some, every, find, filter, map, flatMap, reduce and toSorted do`

const READS_ONLY = 'an expression only reads'

const REASONS: Readonly<Record<string, string>> = {
  AssignmentExpression: `An assignment is not allowed: ${READS_ONLY}. To compare, write ===`,
  UpdateExpression: `++ and -- are not allowed: ${READS_ONLY}. Write x + 1`,
  UnaryExpression: `delete is not allowed: ${READS_ONLY}`,
  NewExpression: 'new is allowed with built-in classes only: new Date(x), new Map(entries), new Set(items)',
  AwaitExpression: 'await is not allowed: the application is not made to wait. Read what is there already',
  YieldExpression: `yield is not allowed: ${READS_ONLY}`,
  FunctionExpression: 'A function is not allowed; write a callback as an arrow: (item) => item.price > 3',
  ClassExpression: `A class is not allowed: ${READS_ONLY}`,
  SequenceExpression: 'A comma between expressions is not allowed; write one expression',
  TaggedTemplateExpression: 'A tagged template is not allowed: it calls a function. Write a template without a tag',
  ImportExpression: 'A dynamic import is not allowed: it loads code. Read variables that are in scope',
  MetaProperty: 'import.meta and new.target are not allowed; read variables that are in scope',
  MemberExpression: 'super and private members (#name) cannot be read from outside their class',
  BinaryExpression: 'Private members (#name) cannot be read from outside their class',
}
