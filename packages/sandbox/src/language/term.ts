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
  /** Runs in QuickJS as a whole: a regular expression, a method that needs one, a callback around these, or what is made of them. */
  guest: boolean
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
/** `isNaN(x)` or, with a namespace, `Math.max(a, b)`; with the namespace `new`, `new Set(xs)`. */
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
  rest: Pattern | undefined
  body: Term
}
export type Pattern =
  | { type: 'parameter'; id: number }
  /** `value` stands in for undefined. */
  | { type: 'default'; pattern: Pattern; value: Term }
  | { type: 'object'; properties: readonly { key: Term; value: Pattern }[]; rest: Pattern | undefined }
  | { type: 'array'; items: readonly (Pattern | undefined)[]; rest: Pattern | undefined }

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
  /** Without a key, `value` is spread. */
  properties: readonly { key: Term | undefined; value: Term }[]
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
      return [term.body]
    case 'arrow':
      return [...patternsOf(term).flatMap(termsIn), term.body]
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
      return term.properties.flatMap(({ key, value }) => (key === undefined ? [value] : [key, value]))
  }
}

/** The parameters of an arrow function, the rest last. */
export const patternsOf = ({ params, rest }: Arrow): readonly Pattern[] => (rest ? [...params, rest] : params)

/** Patterns directly inside of another. */
function partsOf(pattern: Pattern): readonly Pattern[] {
  switch (pattern.type) {
    case 'parameter':
      return []
    case 'default':
      return [pattern.pattern]
    case 'object':
      return [...pattern.properties.map(({ value }) => value), ...(pattern.rest ? [pattern.rest] : [])]
    case 'array':
      return [...pattern.items.flatMap((item) => item ?? []), ...(pattern.rest ? [pattern.rest] : [])]
  }
}

/** Terms that are evaluated while a pattern is matched: keys and defaults. */
function termsIn(pattern: Pattern): Term[] {
  const own =
    pattern.type === 'default' ? [pattern.value] : pattern.type === 'object' ? pattern.properties.map((p) => p.key) : []
  return [...own, ...partsOf(pattern).flatMap(termsIn)]
}

/** Numbers of the parameters that a pattern declares. */
export function idsIn(pattern: Pattern): number[] {
  return pattern.type === 'parameter' ? [pattern.id] : partsOf(pattern).flatMap(idsIn)
}

/** How many terms there are. */
export const sizeOf = (term: Term): number => childrenOf(term).reduce((sum, child) => sum + sizeOf(child), 1)

export const someTerm = (term: Term, test: (term: Term) => boolean): boolean =>
  test(term) || childrenOf(term).some((child) => someTerm(child, test))
