// since Node 24
let closed = 0
const open = (name) => ({ name, [Symbol.dispose]() { closed++ } })
const read = () => closed
for (using once = open('module'); read() < 1;) { console.log(once.name, closed); break }
console.log(closed)
