'use strict'
require('@lightrun/sdk-node').start()
