const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { transform } = require('sucrase')

const text = readFileSync(join(__dirname, '../../src/weave.ts'), 'utf8')
console.log(transform(text, { transforms: ['typescript', 'imports'] }))
