const q = 1; if (q) var f = () => () => q
