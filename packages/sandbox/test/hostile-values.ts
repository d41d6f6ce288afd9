// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
/** Values that report when any of their code runs. */
export function traps() {
  const ran: string[] = []
  const tell =
    (what: string) =>
    (...args: unknown[]) => {
      ran.push(what)
      return args[0]
    }
  const proxyOf = (target: object) =>
    new Proxy(
      target,
      Object.fromEntries(
        Object.getOwnPropertyNames(Reflect).map((name) => [
          name,
          (...args: unknown[]) => {
            ran.push(`proxy ${name}`)
            return Reflect.apply(Reflect[name as 'get'] as () => unknown, Reflect, args)
          },
        ]),
      ),
    )
  class Evil {
    own = 1
    get a() {
      return tell('class getter a')(2)
    }
    method() {
      return tell('method')(3)
    }
    toString() {
      return tell('toString')('evil')
    }
    valueOf() {
      return tell('valueOf')(4)
    }
    toJSON() {
      return tell('toJSON')({})
    }
    [Symbol.toPrimitive]() {
      return tell('toPrimitive')(5)
    }
    get [Symbol.toStringTag]() {
      return tell('toStringTag')('x')
    }
    *[Symbol.iterator]() {
      yield tell('iterator')(6)
    }
    // biome-ignore lint/suspicious/noThenProperty: that is the trap.
    get then() {
      return tell('then')(undefined)
    }
    static [Symbol.hasInstance]() {
      return tell('hasInstance')(true)
    }
    static get [Symbol.species]() {
      return tell('species')(Array)
    }
  }
  class EvilArray extends Array<unknown> {
    override includes(): boolean {
      return tell('includes')(true) as boolean
    }
    override map(): never {
      return tell('map')([]) as never
    }
  }
  class EvilMap extends Map<unknown, unknown> {
    override get() {
      return tell('map get')(1)
    }
    override get size() {
      return tell('map size')(1) as number
    }
  }
  class EvilRegExp extends RegExp {
    override exec(): never {
      return tell('exec')(null) as never
    }
    override get flags() {
      return tell('flags')('') as string
    }
  }
  const withGetter = Object.defineProperty({ b: 1 }, 'a', { get: tell('getter a'), enumerable: true })
  const arrayWithGetter = Object.defineProperty([1, 2, 3], 1, { get: tell('element getter'), enumerable: true })
  const error = Object.assign(new Error('x'), { prepared: 1 })
  const inherits = Object.create(proxyOf({ deep: 1 })) as object
  const values: readonly unknown[] = [
    new Evil(),
    Evil,
    withGetter,
    arrayWithGetter,
    proxyOf({ a: 1 }),
    proxyOf([1, 2]),
    proxyOf(function callable() {}),
    inherits,
    EvilArray.from([1, 2]),
    new EvilMap([['a', 1]]),
    new EvilRegExp('a'),
    error,
    { a: new Evil(), b: [proxyOf({}), withGetter] },
    new Map<unknown, unknown>([
      ['a', new Evil()],
      [proxyOf({}), 1],
    ]),
    new Set([withGetter]),
    Object.assign(() => 1, { a: withGetter }),
    Object.assign(Object.create(null) as object, { valueOf: tell('null valueOf'), a: 1 }),
    Object.assign([1, 2], { includes: tell('own includes'), map: tell('own map') }),
  ]
  ran.length = 0
  Object.defineProperty(EvilArray, Symbol.species, { get: tell('species of array') })
  return { ran, values }
}

export const SHAPES = [
  ...[
    'a.a',
    'a.b',
    'a["a"]',
    'a[b]',
    'a?.a?.a',
    'a.length',
    'a.size',
    'a.stack',
    'a.name',
    'a.then',
    'a[0]',
    'a[1]',
    'a.constructor.name',
  ],
  ...[
    'a + b',
    'a == 1',
    'a == b',
    'a < b',
    '-a',
    '`${a}`',
    'a in b',
    '"a" in a',
    'a instanceof b',
    'typeof a',
    '!a',
    'a === b',
    'a && b',
    'a ** 2',
  ],
  ...[
    '[...a]',
    '[a, b]',
    '({ [a]: 1 })',
    '({ a, b })',
    'Math.max(a)',
    'Math.max(...a)',
    'Number(a)',
    'String(a)',
    'BigInt(a)',
    'parseInt(a)',
  ],
  ...[
    'Object.keys(a)',
    'Object.values(a)',
    'Object.entries(a)',
    'Object.hasOwn(a, "a")',
    'Object.is(a, b)',
    'Array.isArray(a)',
    'Array.from(a)',
  ],
  ...[
    'JSON.stringify(a)',
    'BigInt.asUintN(8, a)',
    'String.fromCharCode(a)',
    'Number.isInteger(a)',
    'Array.of(a)',
    'a.hasOwnProperty("a")',
  ],
  ...[
    'a.includes(1)',
    'a.includes(b)',
    'a.indexOf(b)',
    'a.at(a)',
    'a.slice(0)',
    'a.concat(b)',
    'a.join()',
    'a.get("a")',
    'a.has(b)',
    'a.toString()',
  ],
  ...[
    '"x".includes(a)',
    '"x".padStart(a)',
    '"x".repeat(a)',
    '[1].includes(a)',
    '[1].at(a)',
    '[1].join(a)',
    '[a].join()',
    '[1].concat(a)',
    '(1).toFixed(a)',
  ],
  ...[
    'a.map(x => x)',
    'a.map(x => x.a)',
    'a.some(x => x == b)',
    '[a].map(x => x.a)',
    '[a].map(x => `${x}`)',
    '[a].map(x => x.b)',
    '[a].filter(x => x)',
  ],
  ...[
    '[a].map(x => JSON.stringify(x))',
    '[a].map(x => Object.values(x))',
    '[a].map(x => x[b])',
    '[a, b].map(x => x + 1)',
    '[a].map(x => b in x)',
  ],
  ...[
    '/a/.test(a)',
    'a.test("a")',
    'a.exec("a")',
    '"x".replace(a, b)',
    '"x".split(a)',
    '"x".match(a)',
    'a.flat()',
    'a.toSorted()',
    '[a, b].toSorted()',
  ],
  ...[
    'a.getTime()',
    '[...a.keys()]',
    '[a].flat()',
    'Object.fromEntries(a)',
    'a.reduce((x, y) => x + y)',
    '[a].map(({ a }) => a)',
    '[a].map(([x]) => x)',
  ],
]
