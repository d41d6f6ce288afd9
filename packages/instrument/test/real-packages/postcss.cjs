const postcss = require('postcss')

console.log(String(postcss.parse('a { b: c } @media (x) { d > e { f: g } }')))
try {
  postcss.parse('a { b')
} catch (error) {
  console.log(error.name, error.reason, error.line)
}
