;(function (root, factory) { if (typeof module === 'object') module.exports = factory(); else root.x = factory() })(this, function () {
  'use strict'; var a = 1, cache = {}; function helper(k) { return cache[k] || (cache[k] = k + a) }
  return { helper: helper, reset() { cache = {} } }
})
!function () { console.log(module.exports.helper('k')) }()
+function () {}()
void function () { var undefined = 1; return undefined }()
