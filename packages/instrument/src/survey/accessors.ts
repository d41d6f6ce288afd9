import type {
  ArrowFunctionExpression,
  CallExpression,
  FunctionExpression,
  Node,
  ParenthesizedExpression,
  Statement,
} from 'acorn'
import { MIN_DECLARATIONS } from '../limits.ts'
import type { AccessorDraft, FunctionDraft } from './draft.ts'
import type { Scope } from './scope.ts'
import type { Walk } from './survey.ts'

/**
 * Who reads a function's variables to the functions within: an accessor that it declares, or an arrow function in the probe of each of
 * them. The accessor is made at every call, so it is for functions that are called once, or make many functions anyway.
 * Theirs are then cheaper: an arrow function in a function that V8 would inline made acorn take 1.21 of its time instead of 1.09.
 */
export function openAccessor(walk: Walk, fn: FunctionDraft, statements: readonly Statement[]): AccessorDraft | null {
  if (walk.asIs || walk.untouched) return null
  if (!fn.once && statements.filter(isDeclaration).length < MIN_DECLARATIONS) return null
  const accessor = { fn, slots: new Map<number, string>(), next: accessorAround(fn.outer) }
  fn.body!.accessor = accessor
  return accessor
}

const isDeclaration = ({ type }: Statement) => type === 'FunctionDeclaration'

function accessorAround(from: Scope | null): AccessorDraft | null {
  for (let scope = from; scope !== null; scope = scope.parent) if (scope.accessor !== null) return scope.accessor
  return null
}

/** `(function () { … })()`, `(() => { … }).call(this)`, and the functions that such a one is given, as in the wrappers of bundlers. */
export function markCalledOnce(walk: Walk, { callee, arguments: args }: CallExpression): void {
  if (!runsOnce(walk)) return
  const called = bare(callee.type === 'MemberExpression' && isCall(callee.property) ? callee.object : callee)
  if (!isFunction(called)) return
  for (const each of [called, ...args.map(bare)]) if (isFunction(each)) walk.once.add(each)
}

/** As far as the text tells. The module functions of bundlers are known by the names of their parameters. */
export function isCalledOnce(walk: Walk, node: FunctionExpression | ArrowFunctionExpression): boolean {
  return walk.once.has(node) || (runsOnce(walk) && node.params.some(isOfModule))
}

const runsOnce = ({ fn, loop }: Walk) => fn.once && loop === null

/** Without parentheses, which the tree keeps. */
function bare(node: Node): Node {
  let inner = node
  while (inner.type === 'ParenthesizedExpression') inner = (inner as ParenthesizedExpression).expression
  return inner
}

const isFunction = ({ type }: Node) => type === 'FunctionExpression' || type === 'ArrowFunctionExpression'

const isCall = (property: Node) => isNamed(property, /^(?:call|apply)$/)

const isOfModule = (param: Node) => isNamed(param, /^(?:module|exports|__(?:unused_)?webpack_\w+)$/)

function isNamed(node: Node, pattern: RegExp): boolean {
  return node.type === 'Identifier' && pattern.test((node as Node & { name: string }).name)
}
