const yaml = require('yaml')

console.log(yaml.parse('a: &x [1, 2]\nb: *x\nc: |\n  text\n'), yaml.parseDocument('a: [').errors.map(String))
