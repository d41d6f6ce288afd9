'use strict'
const a = 1
// comment
const t = `x
y`
if (a)
  console.log(JSON.stringify(t))
else
  console.log('no')
throw new Error('line 10')
