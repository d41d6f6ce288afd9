const a = x => x, b = (x) => ({ x }), c = () => [], d = () => y => z => y + z, e = async x => await x, f = () => (1, 2)
const g = () => () => {}, h = () => function () {}, i = () => class {}, j = x => x ? y => y : z => -z
const k = () => void 0, l = () => `t${1}`, m = () => /re/g, n = (q = () => 5) => q()
console.log(a(1), b(2), c(), d()(1)(2), f(), g().name === '', h().name === '', i().name === '', j(0)(1), k(), l(), m(), n(), n.length)
e(3).then(console.log)
if (a) (() => console.log('if arrow'))()
const o = { p: () => 1, q: async () => 2, ['r' + 1]: () => 3, s: (() => 4) }
console.log(Object.values(o).map((v) => v.name), a.name, d.name)
var t = x => x
[0]
console.log(t([5]))
for (var u = (w) => (w in { a: 1 }); u; u = null) console.log(u('a'))
