const { marked } = require('marked')

console.log(marked.parse('# a\n- b *c*\n\n`d` [e](f)\n\n| g | h |\n|---|---|\n| i | j |\n'))
