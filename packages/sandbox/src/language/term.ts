/**
 * The verified program: a small tree of our own, so that what an evaluator meets is what the verifier let through
 * and nothing else. Names are resolved: `name` is a variable of the application (or of the language), `parameter`
 * one of an arrow function, numbered through the whole expression.
 */
export type Term =
  | Constant
  | RegExpLiteral
  | Name
  | Parameter
  | Member
  | Chain
  | FunctionCall
  | MethodCall
  | Arrow
  | Unary
  | Binary
  | Logical
  | Conditional
  | Template
  | ArrayLiteral
  | ObjectLiteral

interface Traits {
  /** Only QuickJS can run it: a callback, a regular expression, a method that has no direct form, or what is made of these. */
  guest: boolean
  /** Depends on a parameter of an arrow function outside of this term. */
  bound: boolean
}

export interface Constant extends Traits {
  type: 'constant'
  value: string | number | bigint | boolean | null
}
export interface RegExpLiteral extends Traits {
  type: 'regexp'
  pattern: string
  flags: string
}
export interface Name extends Traits {
  type: 'name'
  name: string
}
export interface Parameter extends Traits {
  type: 'parameter'
  id: number
}
export interface Member extends Traits {
  type: 'member'
  object: Term
  key: Term
  optional: boolean
  /** The object as it was written, for messages. */
  of: string
}
/** Where `?.` inside `body` jumps to. */
export interface Chain extends Traits {
  type: 'chain'
  body: Term
}
/** `isNaN(x)` or, with a namespace, `Math.max(a, b)`. */
export interface FunctionCall extends Traits {
  type: 'function-call'
  namespace: string | undefined
  name: string
  args: readonly Argument[]
}
export interface MethodCall extends Traits {
  type: 'method-call'
  object: Term
  name: string
  args: readonly Argument[]
  /** `object?.name()` */
  optionalMember: boolean
  /** `object.name?.()` */
  optionalCall: boolean
  of: string
}
/** `value` of a spread is iterated. */
export interface Argument {
  value: Term
  spread: boolean
}
export interface Arrow extends Traits {
  type: 'arrow'
  params: readonly Pattern[]
  body: Term
}
export type Pattern =
  | { type: 'parameter'; id: number }
  | { type: 'object'; properties: readonly { key: string; value: Pattern }[] }
  | { type: 'array'; items: readonly (Pattern | undefined)[] }

export const UNARY_OPERATORS = ['-', '+', '!', '~', 'typeof', 'void'] as const
export type UnaryOperator = (typeof UNARY_OPERATORS)[number]
export interface Unary extends Traits {
  type: 'unary'
  operator: UnaryOperator
  operand: Term
}

export const BINARY_OPERATORS = [
  ...(['==', '!=', '===', '!==', '<', '<=', '>', '>='] as const),
  ...(['+', '-', '*', '/', '%', '**', '<<', '>>', '>>>', '&', '|', '^'] as const),
  ...(['in', 'instanceof'] as const),
] as const
export type BinaryOperator = (typeof BINARY_OPERATORS)[number]
export interface Binary extends Traits {
  type: 'binary'
  operator: BinaryOperator
  left: Term
  right: Term
}
export interface Logical extends Traits {
  type: 'logical'
  operator: '&&' | '||' | '??'
  left: Term
  right: Term
}
export interface Conditional extends Traits {
  type: 'conditional'
  test: Term
  consequent: Term
  alternate: Term
}
/** One more text than values. */
export interface Template extends Traits {
  type: 'template'
  texts: readonly string[]
  values: readonly Term[]
}
/** `undefined` is a hole. */
export interface ArrayLiteral extends Traits {
  type: 'array'
  items: readonly (Argument | undefined)[]
}
export interface ObjectLiteral extends Traits {
  type: 'object'
  properties: readonly { key: Term; value: Term }[]
}

/** The parts a term is evaluated from. */
export function childrenOf(term: Term): readonly Term[] {
  switch (term.type) {
    case 'constant':
    case 'regexp':
    case 'name':
    case 'parameter':
      return []
    case 'member':
      return [term.object, term.key]
    case 'chain':
    case 'arrow':
      return [term.body]
    case 'function-call':
      return term.args.map((argument) => argument.value)
    case 'method-call':
      return [term.object, ...term.args.map((argument) => argument.value)]
    case 'unary':
      return [term.operand]
    case 'binary':
    case 'logical':
      return [term.left, term.right]
    case 'conditional':
      return [term.test, term.consequent, term.alternate]
    case 'template':
      return term.values
    case 'array':
      return term.items.flatMap((item) => (item === undefined ? [] : [item.value]))
    case 'object':
      return term.properties.flatMap(({ key, value }) => [key, value])
  }
}
