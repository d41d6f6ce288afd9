const { readFileSync } = require('node:fs')
const acorn = require('acorn')

const script = readFileSync(require.resolve('sucrase'), 'utf8')
console.log(JSON.stringify(acorn.parse(script, { ecmaVersion: 2022, locations: true })))
