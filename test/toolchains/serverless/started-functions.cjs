// Without a preload: the agent first, so that what loads after it is woven.
if (process.env.LIGHTRUN_SECRET) require('@lightrun/sdk-node').start()
module.exports = require('./functions.cjs')
