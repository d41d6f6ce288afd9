const o = { a: { f() { return this.b }, b: 2 }, n: null }
console.log(o?.a?.f(), o.n?.x.y.z, o.n?.[(() => 1)()], o.q ??= 3, o.a.b ||= 4, o.a.b &&= 5)
let x; x ??= () => {}; console.log(x.name); delete o?.a; console.log(o)
