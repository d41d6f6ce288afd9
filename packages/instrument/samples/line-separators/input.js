const a = 1; const b = ' '; function f() {   return new Error('e').stack.split('\n')[1].replace(/:\d+\)$/, '') } console.log(f(), b.length) // c console.log(a)
