const after = () => { throw new TypeError('uncaught in a timer callback, reported by the host') }
Promise.reject(new Error('unhandled'))
console.log('before')
after()
