'use strict'

/** The hot function: about 100 ns, a loop and a branch that is never taken. Positions are found by the comments. */
function score(user, items) {
  let sum = 0
  for (const item of items) {
    sum += item.price * item.quantity
  }
  if (user.age > 1000) {
    sum = 0 // never executed
  }
  return sum + user.age // every call
}

module.exports = { score }
