const cart = { n: 1 }, use = () => cart
if (use()) console.log('a'); else console.log('b')
