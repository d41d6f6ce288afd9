const semver = require('semver')

console.log(semver.satisfies('1.5.3', '^1.2.3 || ~2'), semver.sort(['2.0.0', '1.0.0-rc.1', '1.0.0']))
console.log(new semver.Range('>=1.2 <3 || 4.x').range, semver.coerce('v3.4 replaces v3.3').version)
