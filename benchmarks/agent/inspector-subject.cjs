'use strict'
// subject.cjs, with the hot function loaded before the SDK starts: the inspector serves it.
require('./hot.cjs')
if (process.env.LIGHTRUN_SECRET) require('@lightrun/sdk-node').start()
require('./subject.cjs')
