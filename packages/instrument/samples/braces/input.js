var out = []
if (1) if (0) out.push('a'); else out.push('b')
if (0) out.push(1); else if (1) out.push(2); else out.push(3)
for (var i = 0; i < 3; i++) if (i % 2) out.push(i); else continue
for (var k in { x: 1, y: 2 }) out.push(k)
for (var v of [1, 2]) for (var w of [3]) out.push(v * w)
while (i--) if (i == 1) break
do if (i++ > 3) break; while (true)
if (1) var hoisted = 5
if (0);
else;
for (;;) { break }
for (const a of [1]) for (const b of [a]) (() => out.push(a + b))()
if (1)try{out.push('t')}catch{}else(out.push('e'))
if(0)out.push('x')
else(out.push('y'))
if (1) { } else { }
if (1) do out.push('d'); while (0); else out.push('no')
console.log(out.join(), hoisted, i)
