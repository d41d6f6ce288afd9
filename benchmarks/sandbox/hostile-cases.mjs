// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tried.
// What an expression, or a value that it looks at, may try. A case says how to tell that it succeeded.

/**
 * @typedef {object} Case
 * @property {string} name What the evaluator must not do.
 * @property {readonly string[] | Record<string, readonly string[]>} attempts Expressions over `user` and `list`, in every language, or by language.
 *   Where a language has no way to say it, that is a defence.
 * @property {(told: (what: string) => void) => unknown[]} [values] Of `user` and `list`; `told` is called when code of theirs runs.
 * @property {(values: unknown[], answer: unknown) => unknown} [harmed] Whether harm was done. What `told` was told counts anyway.
 */

export const SECRET = 'secret of the process'
const CODE = `globalThis.escaped = true`
const ESCAPES = [
  `user.constructor.constructor("${CODE}")()`,
  `"".constructor.constructor("${CODE}")()`,
  `this.constructor.constructor("${CODE}")()`,
  `list.constructor.constructor("${CODE}")()`,
  `list.map.constructor("${CODE}")()`,
  `list.map(user.constructor.constructor("${CODE}"))`,
  `"a".replace("a", user.constructor.constructor("${CODE}"))`,
  `(() => {}).constructor("${CODE}")()`,
  `[].at.constructor("${CODE}")()`,
  `user.greet.constructor("${CODE}")()`,
  `Reflect.construct(user.constructor.constructor, ["${CODE}"])()`,
]
const plain = () => [{ name: 'Ada', age: 20, tags: ['a'], greet: () => 'hello' }, [1, 2, 3]]

/** @type {readonly Case[]} */
export const CASES = [
  {
    name: 'run code through a constructor',
    attempts: ESCAPES,
    harmed: () => globalThis.escaped === true,
  },
  {
    name: 'reach globals of the process',
    attempts: [
      'process.env.CASE_SECRET',
      'globalThis.process.env.CASE_SECRET',
      'this.process.env.CASE_SECRET',
      'global.process.env.CASE_SECRET',
      'user.constructor.constructor("return process")().env.CASE_SECRET',
    ],
    harmed: (_values, answer) => answer === SECRET,
  },
  {
    name: 'load a module',
    attempts: [
      'import("node:fs")',
      'require("node:fs")',
      'process.getBuiltinModule("node:fs")',
      'process.mainModule.require("node:fs")',
    ],
    harmed: async (_values, answer) => typeof (await answer)?.readFileSync === 'function',
  },
  {
    name: 'reach and change a prototype',
    attempts: [
      'user.__proto__.polluted = 1',
      'user["__proto__"]["polluted"] = 1',
      'Object.assign(user.__proto__, { polluted: 1 })',
      'user.constructor.prototype.polluted = 1',
      'Object.prototype.polluted = 1',
      'list.__proto__.push.call(user.__proto__, 1)',
    ],
    harmed: () => {
      const changed = 'polluted' in {} || 0 in {}
      delete Object.prototype.polluted
      delete Object.prototype[0]
      return changed
    },
  },
  {
    name: 'change a value',
    attempts: [
      'user.name = "Eve"',
      '(user.name = "Eve")',
      'list.push(4)',
      'list.sort((a, b) => b - a)',
      'list.pop()',
      'delete user.name',
      'user.age++',
      'list.length = 0',
      'Object.assign(user, { name: 1 })',
      'list.splice(0, 1)',
      'user.tags.push(1)',
    ],
    harmed: ([user, list]) => JSON.stringify([user, list]) !== JSON.stringify(plain()),
  },
  {
    name: 'call a function of the application',
    attempts: [
      'user.remove()',
      'user.remove("all")',
      'user["remove"]()',
      'list.map(user.remove)',
      'list.map(x => user.remove())',
      'map(user.remove, list)',
      'user.toString()',
      'list[0].remove()',
    ],
    values: (told) => {
      const remove = () => told('remove()')
      return [{ remove, toString: remove }, [{ remove }]]
    },
  },
  {
    name: 'run a getter',
    attempts: {
      js: ['user.age', 'user.age > 1', 'list.some(x => x.age)', 'JSON.stringify(user)', '`${user.name}`'],
      other: ['user.age', 'user.age > 1', 'list[.age > 1]', 'list[0].age', 'list.exists(x, x.age > 1)'],
    },
    values: (told) => {
      const user = {
        get age() {
          told('get age')
          return 20
        },
      }
      return [user, [user]]
    },
  },
  {
    name: 'run a trap of a proxy',
    attempts: [
      'user.age',
      'user.age > 1',
      '"age" in user',
      'list[0]',
      'user == 1',
      'list.length',
      'size(user)',
      'length(list)',
      'user',
    ],
    values: (told) => {
      const traps = Object.fromEntries(
        Object.getOwnPropertyNames(Reflect).map((name) => [
          name,
          (...args) => {
            told(`proxy ${name}`)
            return Reflect[name](...args)
          },
        ]),
      )
      return [new Proxy({ age: 20 }, traps), new Proxy([1, 2], traps)]
    },
  },
  {
    name: 'run toString, valueOf, an iterator, toJSON',
    attempts: {
      js: [
        'user + ""',
        'user > 1',
        '`${user}`',
        'user == "x"',
        '[...user]',
        'JSON.stringify(user)',
        'list.includes(user + 1)',
        'list.join()',
        'user instanceof user',
      ],
      other: ['user + ""', 'user > 1', 'user == "x"', 'user || "x"', 'list + "x"', '-user', 'user < 2'],
    },
    values: (told) => {
      const user = {
        toString: () => told('toString') ?? 'x',
        valueOf: () => told('valueOf') ?? 2,
        toJSON: () => told('toJSON') ?? 1,
        [Symbol.iterator]: () => told('iterator') ?? [][Symbol.iterator](),
      }
      return [user, [user]]
    },
  },
  {
    name: 'run what the application has patched',
    attempts: [
      'list.includes(2)',
      'list.some(x => x === 2)',
      'list.map(x => x)',
      '"abc".startsWith("a")',
      'size(list) > 1',
      'length(list) > 1',
      'list[. > 1]',
      'list.exists(x, x > 1)',
      '2 in list',
      'indexOf(2, list)',
      'map(f(x) = x, list)',
      'filter(f(x) = x > 1, list)',
    ],
    values: (told) => {
      for (const [prototype, name] of [
        [Array.prototype, 'includes'],
        [Array.prototype, 'some'],
        [Array.prototype, 'map'],
        [Array.prototype, 'filter'],
        [Array.prototype, 'indexOf'],
        [String.prototype, 'startsWith'],
      ]) {
        const original = prototype[name]
        prototype[name] = function (...args) {
          // Everybody uses these for their own work; what counts is the application's data passing through a patch of it.
          if (this === patchedList || this === 'abc') told(`patched ${name}`)
          return Reflect.apply(original, this, args)
        }
      }
      return [{}, patchedList]
    },
  },
  {
    name: 'never end: a loop, recursion',
    attempts: {
      js: [
        '(() => { while (true) {} })()',
        '(f => f(f))(f => f(f))',
        'Array.from({ length: 1e9 }, (_, i) => i).length',
        '[...Array(1e8).keys()].length',
        'list.map(x => list.map(x => list.map(x => Array.from({ length: 1e8 }, y => y)))).length',
        '(function f() { Promise.resolve().then(f) })()',
      ],
      'expr-eval': ['f(x) = f(x); f(1)', 'f(x) = f(x) + f(x); f(1)', 'f(x) = x < 1 ? 1 : f(x - 1) + f(x - 1); f(60)'],
      other: ['list'],
    },
  },
  {
    name: 'never end: a catastrophic regular expression',
    attempts: {
      js: [
        '/^(a+)+$/.test("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX")',
        '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX".match(/^(a|a)*$/)',
        '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX".replace(/(a*)*b/, "")',
      ],
      cel: ['"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX".matches("^(a+)+$")'],
      other: ['list'],
    },
  },
  {
    name: 'block for long over a large value',
    attempts: {
      js: [
        'list.map(x => x * 2).filter(x => x > 5).length',
        'list.toSorted((a, b) => b - a)[0]',
        'JSON.stringify(list).length',
        'list.some(x => list.includes(-x - 1))',
      ],
      'expr-eval': [
        'length(filter(f(x) = x > 5, map(g(x) = x * 2, list)))',
        'sum(map(f(x) = indexOf(0 - x - 1, list), list))',
      ],
      jexl: ['list[. > 5]|length', 'list[. > 5 && list[. > 6]|length > 1]|length'],
      cel: ['list.filter(x, x > 5).map(x, x * 2).size()', 'list.exists(x, list.exists(y, y == -1 - x))'],
    },
    values: () => [{}, Array.from({ length: 300_000 }, (_, i) => i)],
  },
  {
    name: 'take memory without bound',
    attempts: {
      js: [
        '"x".repeat(2 ** 28).split("")',
        'Array(1e8).fill("x".repeat(99)).map(x => x + x).length',
        'Array.from({ length: 5e6 }, (_, i) => "x" + i + "y".repeat(100)).join("")',
        '2n ** 400_000_000n',
        '[..."x".repeat(1e6)].reduce((s, x) => s + s + x, "x")',
        'Array.from({ length: 300 }, (_, i) => Array.from({ length: 1e6 }, () => i))',
      ],
      'expr-eval': [
        'x = "xxxxxxxxxxxxxxxx"; f(s, n) = n < 1 ? s : f(s || s, n - 1); f(x, 24)',
        'x = [1, 2, 3, 4, 5, 6, 7, 8]; f(s, n) = n < 1 ? s : f(s || s, n - 1); f(x, 22)',
      ],
      other: ['list'],
    },
  },
  {
    name: 'leave something behind for the next expression',
    attempts: [
      'globalThis.left = "behind"',
      'this.left = "behind"',
      '(left = "behind")',
      'left = "behind"',
      'Object.prototype.left = "behind"',
      'Array.prototype.left = "behind"',
      'Math.left = "behind"',
      'var left = "behind"',
    ],
    next: ['left', 'this.left', 'globalThis.left', 'list.left', 'Math.left'],
    harmed: (_values, answer) => answer === 'behind',
  },
  {
    name: 'take the process down',
    attempts: [
      'process.exit(0)',
      `${'('.repeat(50_000)}1${')'.repeat(50_000)}`,
      `${'['.repeat(20_000)}1${']'.repeat(20_000)}`,
      `${'!'.repeat(50_000)}user`,
      `user${'.a'.repeat(20_000)}`,
      'process.kill(process.pid)',
      'user.constructor.constructor("process.exit(0)")()',
      '(() => { throw { toString() { throw 1 } } })()',
      'Promise.reject(1)',
      '(async () => { throw 1 })()',
    ],
  },
]

const patchedList = [1, 2, 3]

/** In the language of an evaluator, as far as it can be said. */
export function attemptsOf({ attempts }, language) {
  return Array.isArray(attempts) ? attempts : (attempts[language] ?? attempts.other)
}

export const valuesOf = (each, told) => each.values?.(told) ?? plain()
