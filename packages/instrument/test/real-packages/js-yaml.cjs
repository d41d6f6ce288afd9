const yaml = require('js-yaml')

console.log(yaml.load(yaml.dump({ a: [1, { b: 2 }], c: new Date(0) })))
try {
  yaml.load('a: [')
} catch (error) {
  console.log(error.name, error.message)
}
