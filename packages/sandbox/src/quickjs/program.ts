import type { Redactor } from '@lightrun/core'
import { FUNCTIONS } from '../language/built-ins.ts'
import { isDirectOnly } from '../language/lower.ts'
import { rootOf } from '../language/references.ts'
import {
  type Argument,
  type Arrow,
  type Binary,
  childrenOf,
  idsIn,
  type MethodCall,
  type Pattern,
  patternsOf,
  someTerm,
  type Term,
} from '../language/term.ts'
import {
  ANSWER,
  ANSWERED_NUMBER,
  fieldAt,
  IS_FALSE,
  IS_NUMBER,
  IS_TRUE,
  type Kind,
  listAt,
  NOT_SEPARABLE,
  NUMBERS,
  STRINGS,
} from './cells.ts'
import { elementsOf } from './elements.ts'
import { type Flat, flatOf } from './flat.ts'
import type { Place, Rows } from './outline.ts'
import { createShapeFinder, merge, type Shape } from './shape.ts'

/** A value that is computed outside and handed to the guest. */
export interface Input {
  term: Term
  shape: Shape
  /** Called on it: under these names it must have the built-in methods, and not the application's. */
  methods: ReadonlySet<string>
}

/** A term that QuickJS runs, as a function of its inputs. */
export interface Program {
  inputs: readonly Input[]
  /** Language names and functions it uses as such: where a variable of the application has the name, it cannot run. */
  languageNames: ReadonlySet<string>
  /**
   * Source of `(text) => text`. Inputs may fail where JavaScript would perhaps not have looked at them, so a
   * failing one is a failure only when the program reaches it.
   */
  source(failing: ReadonlySet<number>, rows: readonly Rows[]): string
  /** See `Rows.elements`. */
  elementsAt(place: Place): ReadonlySet<number> | undefined
  /** How it can do without objects, if it can. */
  flat: Flat | undefined
  /** Source of what then takes the texts, if there are any. @param kinds What each field of `flat` holds. */
  flatSource(kinds: readonly Kind[]): string
}

/**
 * Everything that needs nothing of the guest is an input; when the whole expression is the guest's, only variables
 * are. What is printed comes from terms, never from source text.
 */
export function createProgram(root: Term, wholly: boolean, redactor: Redactor, maxDepth: number): Program {
  const shapeOf = createShapeFinder(root)
  const inputs: (Input & { methods: Set<string> })[] = []
  const indexes = new Map<string, number>()
  const languageNames = new Set<string>()
  const inner = innerParameters(root)
  let failing: ReadonlySet<number> = new Set()
  /** Parameters whose value is their only member. */
  let values: ReadonlySet<number> = new Set()
  /** Regular expressions that are made once: their sources. */
  let literals: string[] = []
  /** While the program is printed without objects. */
  let kinds: readonly Kind[] | undefined
  print(root)
  const flat = flatOf(root, { isInput, indexOf }, redactor, maxDepth)

  function print(term: Term): string {
    if (term.type === 'constant') return constant(term.value)
    const field = kinds && fieldOf(term)
    if (field !== undefined) return cell(term, field)
    const list = kinds && flat?.listOf.get(term)
    if (list !== undefined) return `$l${list}`
    if (term.type === 'name' && INLINE.has(term.name)) {
      languageNames.add(term.name)
      return term.name
    }
    if (!isInput(term)) return structure(term)
    const index = indexOf(term)
    // 0 of the message says whether it has special values.
    return failing.has(index) ? `$stop(${index})` : `$[${index + 1}]`
  }

  /** The field that has the value of the term. */
  function fieldOf(term: Term): number | undefined {
    const value = flat?.valueOf.get(term)
    if (value !== undefined) return value
    const { element, member } = elementIn(term)
    const list = flat?.lists[element?.list ?? -1]
    if (list === undefined || member === undefined) return undefined
    return list.firstField + (list.ofPrimitives ? 0 : list.columns.indexOf(member))
  }

  function elementIn(term: Term) {
    if (term.type === 'parameter') {
      const element = flat?.elementOf.get(term.id)
      return { element, member: element?.member }
    }
    if (term.type !== 'member' || term.object.type !== 'parameter' || term.key.type !== 'constant') return {}
    const element = flat?.elementOf.get(term.object.id)
    return element?.member === undefined ? { element, member: String(term.key.value) } : {}
  }

  /** Reads a field. A place is made an integer: QuickJS is slow where it could be a fraction. */
  function cell(term: Term, field: number): string {
    const kind = kinds?.[field]
    const at = fieldAt(field)
    const { element } = flat?.valueOf.has(term) ? {} : elementIn(term)
    if (element === undefined) {
      return kind === NUMBERS ? `$n[${at}]` : kind === STRINGS ? `$t[$n[${at}]|0]` : `$mixed(${at},$t)`
    }
    const { row } = element
    return kind === NUMBERS
      ? `$n[${row}+$c${field}]`
      : kind === STRINGS
        ? `$t[${row}+$c${field}]`
        : `$mixed(${row}+${row}+$c${field},$t)`
  }

  function indexOf(term: Term): number {
    // What is written twice is read once, unless each makes an object of its own.
    const known = makesObject(term)
      ? inputs.findIndex((input) => input.term === term)
      : (indexes.get(keyOf(term)) ?? -1)
    const index = known === -1 ? inputs.length : known
    indexes.set(keyOf(term), index)
    const before = inputs[index]
    if (before === undefined) inputs[index] = { term, shape: shapeOf(term), methods: new Set() }
    else before.shape = merge(before.shape, shapeOf(term))
    return index
  }

  function structure(term: Term): string {
    switch (term.type) {
      case 'parameter':
        return `p${term.id}`
      case 'regexp':
        return `/${term.pattern}/${term.flags}`
      case 'member':
        if (term.object.type === 'parameter' && values.has(term.object.id)) return print(term.object)
        return objectOf(term.object) + memberOf(term.key, term.optional)
      case 'chain':
        return `(${print(term.body)})`
      case 'method-call': {
        if (isInput(term.object)) inputs[indexOf(term.object)]?.methods.add(term.name)
        if (term.object.type === 'regexp' && isStateless(term)) {
          return `$x${literals.push(print(term.object)) - 1}.${term.name}(${list(term.args)})`
        }
        const name = nameMember(term.name, term.optionalMember)
        return `${objectOf(term.object)}${name}${term.optionalCall ? '?.' : ''}(${GROWING.has(term.name) ? growing(term.args) : list(term.args)})`
      }
      case 'function-call':
        languageNames.add(rootOf(term))
        return `${prefixOf(term.namespace)}${term.name}(${list(term.args, ITERATING.has(term.name))})`
      case 'arrow':
        return `(${parameters(term)}=>(${print(term.body)}))`
      case 'unary':
        return `(${term.operator} ${print(term.operand)})`
      case 'binary':
        return binary(term)
      case 'logical':
        return `(${print(term.left)} ${term.operator} ${print(term.right)})`
      case 'conditional':
        return `(${print(term.test)}?${print(term.consequent)}:${print(term.alternate)})`
      case 'template': {
        // Each value is made text before the next is evaluated; QuickJS would do that at the end.
        const parts = term.texts.flatMap((text, i) => {
          const value = term.values[i]
          return value === undefined ? [JSON.stringify(text)] : [JSON.stringify(text), `$text(${print(value)})`]
        })
        return `(${parts.join('+')})`
      }
      case 'array':
        return `[${list(term.items)}]`
      case 'object':
        return `({${term.properties.map(({ key, value }) => (key ? `[${print(key)}]:${print(value)}` : `...$properties(${print(value)})`)).join()}})`
      case 'constant':
      case 'name':
        return print(term)
    }
  }

  function binary({ left, operator, right }: Binary): string {
    const [a, b] = [print(left), print(right)]
    const checked = isPlain(left) || isPlain(right) || isNumber(left) || isNumber(right) ? undefined : CHECKED[operator]
    if (checked === undefined) return `(${a} ${operator} ${b})`
    const call = `${checked}(${a},${b})`
    // Numbers need no check, and in QuickJS a call takes five times as long as to see that they are.
    if (operator === '+') return `(typeof($r=${a} + ${b})==='number'?$r:$added($r))`
    return isCheap(left) && isCheap(right)
      ? `(typeof ${a}==='number'&&typeof ${b}==='number'?${a} ${operator} ${b}:${call})`
      : call
  }

  /** As is known before it is read. */
  function isNumber(term: Term): boolean {
    const field = kinds && fieldOf(term)
    return field !== undefined && kinds?.[field] === NUMBERS
  }

  function parameters({ params, rest }: Arrow): string {
    return `(${[...params.map(pattern), ...(rest ? [`...${pattern(rest)}`] : [])].join()})`
  }

  /** The callback of a fold says when its result has become too large; a number has not. */
  function growing([callback, ...others]: readonly Argument[]): string {
    if (callback === undefined || callback.spread) return list(callback === undefined ? [] : [callback, ...others])
    const { value } = callback
    const checked =
      value.type === 'arrow'
        ? `${parameters(value)}=>{const r=${print(value.body)};return typeof r==='number'?r:$grown(r)}`
        : `$growing(${print(value)})`
    return `${checked},${list(others)}`
  }

  /** `1.a` is no member of 1. */
  function objectOf(term: Term): string {
    return term.type === 'constant' ? `(${print(term)})` : print(term)
  }

  function memberOf(key: Term, optional: boolean): string {
    if (key.type === 'constant' && typeof key.value === 'string' && isName(key.value))
      return nameMember(key.value, optional)
    return `${optional ? '?.' : ''}[${print(key)}]`
  }

  function list(items: readonly (Argument | undefined)[], iterates = false): string {
    const each = (item: Argument, index: number) =>
      item.spread
        ? `...$spread(${print(item.value)}),`
        : iterates && index === 0
          ? `$spread(${print(item.value)}),`
          : `${print(item.value)},`
    return items.map((item, index) => (item ? each(item, index) : ',')).join('')
  }

  function pattern(param: Pattern): string {
    const row = kinds && flat?.rowOf.get(param)
    if (row !== undefined) return row
    switch (param.type) {
      case 'parameter':
        return `p${param.id}`
      case 'default':
        return `${pattern(param.pattern)}=${print(param.value)}`
      case 'object': {
        const properties = param.properties.map(({ key, value }) => `[${print(key)}]:${pattern(value)}`)
        return `{${[...properties, ...(param.rest ? [`...${pattern(param.rest)}`] : [])].join()}}`
      }
      case 'array': {
        const items = param.items.map((item) => (item ? pattern(item) : ''))
        return `[${items.map((item) => `${item},`).join('')}${param.rest ? `...${pattern(param.rest)}` : ''}]`
      }
    }
  }

  /** Needs nothing of the guest. A literal is made where it stands: `[] === []` is false, each time. */
  function isInput(term: Term): boolean {
    if (term.type === 'name') return !INLINE.has(term.name)
    // Of a name that is not defined it is an answer.
    if (term.type === 'unary' && term.operator === 'typeof' && term.operand.type === 'name') return true
    if (wholly || term.guest || term.type === 'constant' || term.type === 'arrow' || endsEarly(term)) return false
    if (someTerm(term, isRegExp) && !someTerm(term, isDirectOnly)) return false
    return !givesLiteral(term) && !someTerm(term, (part) => part.type === 'parameter' && inner.has(part.id))
  }

  return {
    inputs,
    languageNames,
    source(missing, rows) {
      failing = missing
      values = new Set(rows.flatMap(({ elements }) => [...(elements ?? [])]))
      const made = rows.filter(({ elements }) => elements === undefined).map(makeObjects)
      return withLiterals(
        () =>
          `($message)=>{let $r;try{const $=$in($message);${made.join('')}return $out(${print(root)},$)}catch(error){return $fail(error)}}`,
      )
    },
    flat,
    flatSource(known) {
      kinds = known
      try {
        return withLiterals(printFlat)
      } finally {
        kinds = undefined
      }
    },
    elementsAt: (place) => elementsOf(root, (term) => isAt(term, place.input, place.path)),
  }

  function withLiterals(printBody: () => string): string {
    literals = []
    const body = printBody()
    return literals.length === 0
      ? body
      : `(()=>{const ${literals.map((each, i) => `$x${i}=${each}`).join()};return ${body}})()`
  }

  function printFlat(): string {
    const { lists = [], fields = 0 } = flat ?? {}
    const hasTexts = kinds?.some((kind) => kind !== NUMBERS)
    const begin = hasTexts ? `const $t=$texts($joined);if($t===undefined){$n[${ANSWER}]=${NOT_SEPARABLE};return}` : ''
    const columns = lists.map(({ columns, ofPrimitives, firstField }, list) => {
      const own = ofPrimitives ? [''] : columns
      const starts = own.map((_, column) => `$c${firstField + column}=$n[${fieldAt(firstField + column)}]|0`)
      return `const ${[`$l${list}=$rows($n[${listAt(list, fields)}])`, ...starts].join()};`
    })
    const answer = `if(typeof r==='boolean'){$n[${ANSWER}]=r?${IS_TRUE}:${IS_FALSE};return}if(typeof r==='number'){$n[${ANSWERED_NUMBER}]=r;$n[${ANSWER}]=${IS_NUMBER};return}return $out(r,[0])`
    const body = `{let $r;try{$begin();${begin}${columns.join('')}const r=${print(root)};${answer}}catch(error){return $fail(error)}}`
    return `(()=>{const $n=$numbers;return ($joined)=>${body}})()`
  }

  function isAt(term: Term, input: number, path: readonly string[]): boolean {
    const name = path.at(-1)
    if (name === undefined) return isInput(term) && indexes.get(keyOf(term)) === input && !makesObject(term)
    if (term.type !== 'member' || term.key.type !== 'constant' || term.key.value !== name || isInput(term)) return false
    return isAt(term.object, input, path.slice(0, -1))
  }
}

/** Names of the language that mean the same inside. */
const INLINE: ReadonlySet<string> = new Set(['undefined', 'NaN', 'Infinity', ...FUNCTIONS.map(({ name }) => name)])

/** Operators over texts of any length, that make BigInts of any size, and those that QuickJS gets wrong between a BigInt and a number below zero. */
const CHECKED: Readonly<Record<string, string>> = {
  ...{ '===': '$same', '!==': '$different', '+': '$added' },
  ...{ '*': '$times', '**': '$power', '<<': '$shift' },
  ...{ '<': '$less', '<=': '$atMost', '>': '$greater', '>=': '$atLeast', '==': '$equal', '!=': '$unequal' },
}

/** Looks something up with a regular expression that is nothing else and remembers nothing. */
function isStateless({ object, name }: MethodCall): boolean {
  return (name === 'test' || name === 'exec') && object.type === 'regexp' && !/[gy]/.test(object.flags)
}

/** Functions that go through what they are given. */
const ITERATING: ReadonlySet<string> = new Set(['Map', 'Set', 'from', 'fromEntries'])

/** Methods that can make something ever larger. */
const GROWING: ReadonlySet<string> = new Set(['reduce', 'reduceRight'])

/** May be read twice: it is data, and takes no time. */
const isCheap = (term: Term): boolean =>
  term.type === 'parameter' ||
  (term.type === 'member' && !term.optional && term.key.type === 'constant' && term.object.type === 'parameter')

/** No BigInt and not below zero (that would be an operator): nothing to check. */
const isPlain = (term: Term) => term.type === 'constant' && typeof term.value !== 'bigint'

/** What it finds is a list with properties, which is not copied; so it is found in the guest. */
const isRegExp = (term: Term) => term.type === 'regexp'

const keyOf = (term: Term) => JSON.stringify(term, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value))

function givesLiteral(term: Term): boolean {
  if (term.type === 'array' || term.type === 'object') return true
  if (term.type === 'logical') return givesLiteral(term.left) || givesLiteral(term.right)
  return term.type === 'conditional' && (givesLiteral(term.consequent) || givesLiteral(term.alternate))
}

/** A new one each time it is evaluated. */
function makesObject(term: Term): boolean {
  if (term.type === 'logical') return makesObject(term.left) || makesObject(term.right)
  if (term.type === 'conditional') return makesObject(term.consequent) || makesObject(term.alternate)
  if (term.type === 'chain') return makesObject(term.body)
  return term.type === 'method-call' || term.type === 'function-call'
}

/** Part of a chain that `?.` may have ended: only the whole chain has a value. */
function endsEarly(term: Term): boolean {
  if (term.type === 'member') return term.optional || endsEarly(term.object)
  if (term.type === 'method-call') return term.optionalMember || term.optionalCall || endsEarly(term.object)
  return false
}

function constant(value: string | number | bigint | boolean | null): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && !Number.isFinite(value)) return 'Infinity'
  return JSON.stringify(value)
}

/** Makes the objects of a list that came without them. */
function makeObjects({ place, columns }: Rows): string {
  const list = `$[${place.input + 1}]${place.path.map((name) => `[${JSON.stringify(name)}]`).join('')}`
  const row = columns.map((name) => `${JSON.stringify(name)}:c[i++]`).join()
  return `{const c=${list},r=${list}=[];for(let i=0,n=0;i<c.length;)r[n++]={${row}}}`
}

/** QuickJS reads `.name` faster than `["name"]`. */
const nameMember = (name: string, optional: boolean) => `${optional ? '?.' : '.'}${name}`

/** An identifier of ASCII; a reserved word may be one here. */
function isName(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] as string
    const isLetter = (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') || sign === '_' || sign === '$'
    if (!isLetter && !(i > 0 && sign >= '0' && sign <= '9')) return false
  }
  return text !== ''
}

const prefixOf = (namespace: string | undefined) =>
  namespace === undefined ? '' : namespace === 'new' ? 'new ' : `${namespace}.`

/** Parameters of the arrow functions inside: they have values in the guest only. */
function innerParameters(root: Term): ReadonlySet<number> {
  const own = root.type === 'arrow' ? patternsOf(root).flatMap(idsIn) : []
  return new Set([...own, ...childrenOf(root).flatMap((child) => [...innerParameters(child)])])
}

/** The outermost terms that only QuickJS can run. */
export function guestTermsOf(root: Term): Term[] {
  return root.guest ? [root] : childrenOf(root).flatMap(guestTermsOf)
}
