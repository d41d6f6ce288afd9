const { default: Ajv } = require('ajv')

const check = new Ajv().compile({ type: 'object', properties: { a: { type: 'number' } } })
console.log([{ a: 1 }, { a: 'x' }].map(check), check.errors)
