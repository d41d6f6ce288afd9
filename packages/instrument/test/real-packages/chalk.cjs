const chalk = require('chalk')

const colours = new chalk.Instance({ level: 3 })
console.log(JSON.stringify(colours.bold.red.bgHex('#123456')('a', colours.italic('b'))), Object.keys(chalk))
