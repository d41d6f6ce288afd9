const tag = (s, ...v) => s.raw.join('|') + v.map((f) => f()).join()
console.log(tag`a${() => 1}b${() => { return 2 }}c\n`, `${`${(() => 'n')()}`}`)
const same = () => ((s) => s)`x`; console.log(same() === same())
