import { describe, expect, test } from 'vitest'
import {
  MAX_ARGUMENTS,
  MAX_CLOSURE_VARIABLES,
  MAX_FUNCTION_ARGUMENTS,
  MIN_ARGUMENTS,
  MIN_DECLARATIONS,
  type ModuleFormat,
  type Woven,
  weave,
} from './index.ts'

function woven(source: string, format: ModuleFormat = 'commonjs'): Woven {
  const result = weave(source, { filename: 'shop.js', format })
  if (result.status !== 'woven') throw new Error(result.message)
  return result
}

/** The names at the site that begins at a piece of the text. */
function namesAt(source: string, piece: string, format?: ModuleFormat): string[] {
  const column = source.indexOf(piece)
  const site = woven(source, format).sites.find(({ position }) => position.column === column && position.line === 0)!
  return site.variables.map((variable) => {
    if (variable.access === 'module') return `${variable.name} by module`
    return variable.access === 'list' && variable.lazy ? `${variable.name} lazily` : variable.name
  })
}

test('a probe is one statement on the same line, guarded by typeof', () => {
  const { code, cells, sites } = woven('function f(a) {\n  return a\n}')
  expect(code).toBe(`function f(a) {\n  typeof ${cells[0]}=="function"&&${cells[0]}(this,a);return a\n}`)
  expect(cells).toHaveLength(1)
  expect(cells[0]).toMatch(/^\$lr_[0-9a-z]+_1$/)
  expect(sites[0]).toMatchObject({ position: { line: 1, column: 2 }, end: { line: 1, column: 10 }, function: 1 })
})

test('a function with more probes looks at its cell once a call; one that is suspended looks each time', () => {
  const cell = /\$lr_\w+_1/
  const once = woven('function f(a) { "use strict"; a++; g(a) }').code
  const look = `var $lr_p;if(typeof ${cell.exec(once)}=="function")$lr_p=${cell.exec(once)}(this,a);`
  expect(once).toContain(`{ "use strict"; ${look}a++; if($lr_p!==void 0)$lr_p(1,a);g(a) ;if($lr_p`)
  for (const text of [
    'function* f(a) { a++; g(a) }',
    'async function f(a) { a++; await g(a) }',
    'async function f(a) { a++; for await (const b of a) g(b) }',
    'async function* f(a) { a++; g(a) }',
  ]) {
    expect(woven(text).code).not.toContain('$lr_p')
  }
  // Asynchronous to who calls them, and run to their end at once.
  for (const text of ['async function f(a) { a++; g(a) }', 'async (a) => { a++; g(async () => await a) }']) {
    expect(woven(text).code).toContain('$lr_p=$lr_')
  }
})

test('a probe tells its number within its function', () => {
  const { sites, exitSites } = woven('a(); b(); function f(a) { a++; g(a) }')
  expect(sites.map(({ index, number }) => [index, number])).toEqual([
    [0, 0],
    [1, 1],
    [2, 0],
    [3, 1],
  ])
  expect(exitSites.map(({ index, number }) => [index, number])).toEqual([[4, 2]])
})

test('a function that is called once has an accessor for those within it, and asks the one around it for the rest', () => {
  const accessors = (source: string) => woven(source).code.match(/function \$lr_\w+_m\d+\(.*?\}\}/g) ?? []
  const short = (text: string) => text.replaceAll(/\$lr_[0-9a-z]+_(?=[mn])/g, '')
  const inner = (parameters: string) => `(${parameters}) { let a = 1; h = () => { g(a, m); g(a) } }`
  const declared = [
    expect.stringMatching(/^function m1\(n\)\{switch\(n\)\{case \d:return a;default:return m0\(n\)\}\}$/),
    expect.stringMatching(/^function m0\(n\)\{switch\(n\)\{case \d:return m[;}]/),
  ]
  for (const source of [
    `let m, h; (function ${inner('')})()`,
    `let m, h; (function ${inner('')}).call(this)`,
    `let m, h; !((() => ${inner('').slice(3)})())`,
    `let m, h; use({ 7: function ${inner('module, exports')} })`,
  ]) {
    expect(accessors(source).map(short), source).toEqual(declared)
  }
  const umd = accessors(`let m, h; (function (make) { make({}) })(function ${inner('exports')})`).map(short)
  expect(umd[0]).toMatch(/^function m2\(n\)\{switch\(n\)\{case \d:return a;default:return m0\(n\)\}\}$/)
  for (const source of [
    `let m, h; function f${inner('')}`,
    `let m, h; for (;;) (function ${inner('')})()`,
    `let m, h; (function (b = function ${inner('')}) {})()`,
  ]) {
    expect(accessors(source).map(short), source).toEqual([expect.stringMatching(/^function m0\(/)])
  }
})

test('a function that declares many has an accessor too', () => {
  const declaring = (count: number) =>
    `function f(a) { ${Array.from({ length: count }, (_, i) => `function g${i}() { use(a); use(a) }`).join(' ')} return g0 }`
  expect(woven(declaring(MIN_DECLARATIONS)).code).toContain('case 0:return a')
  expect(woven(declaring(MIN_DECLARATIONS)).code).not.toContain('()=>[')
  expect(woven(declaring(MIN_DECLARATIONS - 1)).code).toContain('()=>[()=>a]')
})

test('what the body hides is not asked of its accessor', () => {
  const source = '(function (a = 1, f = () => { g(a); g(a) }) { var a = 2; return () => { g(a); g(a) } })()'
  const { code } = woven(source)
  expect(code.match(/\(\)=>\[a\]/g)).toHaveLength(1)
  expect(code.match(/case \d+:return a/g)).toHaveLength(1)
})

test('the accessor is appended to the last statement, before trailing comments', () => {
  const lines = woven('let n = 0; const f = () => n\nf() // done').code.split('\n')
  expect(lines[1]).toMatch(/f\(\);function (\$lr_\w+_m0)\((\$lr_\w+_n)\)\{switch\(\2\)\{case 0:return n\}\} \/\/ done$/)
})

describe('a name is offered where it can be read, and never another of that name', () => {
  test('dead zones', () => {
    expect(namesAt('function f() { one(); let a = 1; two() }', 'one')).toEqual(['this'])
    expect(namesAt('function f() { one(); let a = 1; two() }', 'two')).toEqual(['this', 'a'])
    expect(namesAt('function f(a) { { one(); let a } }', 'one')).toEqual(['this'])
    expect(namesAt('let a; () => a; function f() { { one(); let a } return a }', 'one')).toEqual(['this'])
    expect(namesAt('function f(n) { switch (n) { case 0: let a; break; case 1: one() } }', 'one')).toEqual([
      'this',
      'n',
    ])
  })

  test('a resource is there after its declaration, which Node 20 does not know but the parser does', () => {
    expect(namesAt('{ one(); using a = open(); two() }', 'one')).toEqual([])
    expect(namesAt('{ one(); using a = open(); two() }', 'two')).toEqual(['a'])
    expect(namesAt('for (await using a of open()) { two() }', 'two', 'module')).toEqual(['a'])
  })

  test('variables of enclosing functions: by value when the closure was made later', () => {
    const source =
      'function f() { const g = () => { one(b) }; let b; const h = () => { two(b) }; function i() { three(b) } }'
    expect(namesAt(source, 'one')).toEqual(['b lazily'])
    expect(namesAt(source, 'two')).toEqual(['b'])
    expect(namesAt(source, 'three')).toEqual(['this', 'b lazily'])
  })

  test('only captured variables of enclosing functions: naming others would capture them', () => {
    expect(namesAt('function f(a, b) { return () => { one(b) } }', 'one')).toEqual(['b'])
  })

  test('module variables: those the function uses, through the accessor', () => {
    expect(namesAt('let a, b; function f() { one(a) }; function g() { b }', 'one')).toEqual(['this', 'a by module'])
    expect(namesAt('import a from "a"; export const f = () => { one(a) }', 'one', 'module')).toEqual(['a by module'])
  })

  test('module level: captured variables through the accessor, others as what they are, locals', () => {
    expect(namesAt('var a = 1, b = 2; function f() { return b } one()', 'one')).toEqual(['a', 'f', 'b by module'])
  })

  test('a var from its declaration on, or from the beginning of the loop around it', () => {
    expect(namesAt('function f() { one(); var a = 1; two() }', 'one')).toEqual(['this'])
    expect(namesAt('function f() { one(); var a = 1; two() }', 'two')).toEqual(['this', 'a'])
    expect(namesAt('function f() { for (;;) { one(); var a = 1 } }', 'one')).toEqual(['this', 'a'])
    expect(namesAt('function f() { a = 1; one(); var a }', 'one')).toEqual(['this', 'a'])
  })

  test('this', () => {
    expect(namesAt('class A extends B { constructor() { one(); super(); two() } }', 'one')).toEqual([])
    expect(namesAt('class A extends B { constructor() { one(); super(); two() } }', 'two')).toEqual(['this'])
    expect(namesAt('class A extends B { constructor() { if (x) super(); two() } }', 'two')).toEqual([])
    expect(namesAt('function f() { return () => { one() } }', 'one')).toEqual([])
    expect(namesAt('function f() { return () => { one(this) } }', 'one')).toEqual(['this'])
    expect(namesAt('var f = () => { one(this) }', 'one')).toEqual([])
  })

  test('arguments, where the function built it anyway', () => {
    expect(namesAt('function f() { one() }', 'one')).toEqual(['this'])
    expect(namesAt('function f() { one(arguments) }', 'one')).toEqual(['this', 'arguments'])
    expect(namesAt('function f() { one(); var arguments }', 'one')).toEqual(['this'])
  })
})

describe('what a probe passes is bounded', () => {
  const names = Array.from({ length: 60 }, (_, i) => `v${i}`)

  test(`${MAX_ARGUMENTS} arguments`, () => {
    expect(namesAt(`function f(${names.slice(0, MAX_ARGUMENTS - 1)}) { one() }`, 'one')).toHaveLength(MAX_ARGUMENTS)
    expect(namesAt(`function f(${names}) { one() }`, 'one')).toHaveLength(MAX_ARGUMENTS)
  })

  test(`${MAX_CLOSURE_VARIABLES} of them of enclosing functions`, () => {
    const source = `function f(${names}) { return () => { one(${names}) } }`
    expect(namesAt(source, 'one')).toHaveLength(MAX_CLOSURE_VARIABLES)
  })

  test(`a function with ${MAX_FUNCTION_ARGUMENTS} arguments in all keeps ${MIN_ARGUMENTS} at each site`, () => {
    const counts = (statements: number) =>
      woven(`function f(${names}) { ${'a();'.repeat(statements)} }`).sites.map(({ variables }) => variables.length)
    expect(new Set(counts(MAX_FUNCTION_ARGUMENTS / MAX_ARGUMENTS))).toEqual(new Set([MAX_ARGUMENTS]))
    expect(new Set(counts(MAX_FUNCTION_ARGUMENTS))).toEqual(new Set([MIN_ARGUMENTS]))
  })

  test('the nearest come first', () => {
    expect(namesAt(`function f(${names}) { let near = 1; one() }`, 'one')).not.toContain('v59')
    expect(namesAt(`function f(${names}) { { let near = 1; one() } }`, 'one').slice(0, 2)).toEqual(['this', 'near'])
  })
})

test('functions are described as the engine names them', () => {
  const { functions } = woven(
    'class K extends B { constructor() { super() } get p() { return 1 } static async *#q() { yield } static { a() } f = () => 1 }\n' +
      'const arrow = async () => 1, o = { m() { a() }, "k": function () { a() } }; export default function () { a() }',
    'module',
  )
  const flags = (fn: { async: boolean; generator: boolean }) => `${fn.async ? 'a' : ''}${fn.generator ? 'g' : ''}`
  expect(functions.slice(1).map((fn) => `${fn.kind} ${fn.name} ${flags(fn)}`.trimEnd())).toEqual([
    'constructor K',
    'getter p',
    'method #q ag',
    'static-block',
    'arrow f',
    'arrow arrow a',
    'method m',
    'function k',
    'function default',
  ])
})

test('the source text of a result is the only thing it depends on', () => {
  expect(woven('a()').cells).not.toEqual(woven('a(1)').cells)
  expect(woven('a()')).toEqual(woven('a()'))
})

test('a variable tells where its name is declared', () => {
  const source = 'let late = 1; function f({ p: [first] }) { let block; return () => { late; first; return block } }'
  const site = woven(source).sites.find(({ position }) => position.column === source.indexOf('return block'))!
  const names = Object.fromEntries(
    site.variables.map(({ name, declaredAt }) => [name, source.slice(declaredAt).slice(0, name.length)]),
  )
  expect(names).toEqual({ first: 'first', block: 'block', late: 'late' })
})
