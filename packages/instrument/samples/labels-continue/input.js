let n = 0
again: while (true) { do { if (n++ < 3) continue again; break again } while (true) }
console.log(n)
l1: do { n--; if (n > 2) continue l1 } while (n > 0)
console.log(n)
