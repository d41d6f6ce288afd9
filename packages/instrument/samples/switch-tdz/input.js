function pick(n) {
  switch (n) {
    case 0: let a = 1; const b = 2; console.log(a + b)
    case 1: console.log('one'); { let c = 3; console.log(c) }
      try { a; console.log('initialised') } catch (e) { console.log(e.message) }
      break
    case 2: class K { static v = 4 }; console.log(K.v); function hoisted() { return a }
    default: try { console.log(hoisted()) } catch (e) { console.log(e.name) }
  }
}
for (let i = 0; i < 5; i++) pick(i)
const closures = []
function late(n) { switch (n) { case 0: let z = 1; closures.push(() => z); case 1: closures.push(() => { return typeof z }) } }
late(0); late(1)
for (const c of closures) try { console.log(c()) } catch (e) { console.log(e.message) }
