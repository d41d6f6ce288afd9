function pick(n) { if (n == 0) return 'a'; else if (n == 1) return 'b'; else if (n == 2) { return 'c' } else if (n == 3) throw n; else return 'z' }
for (const n of [0, 1, 2, 4]) console.log(pick(n))
