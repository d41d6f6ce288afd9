function order() { const log = []; try { log.push(1); return log } catch { log.push('no') } finally { log.push(2); try { throw new TypeError('x') } catch (e) { var e = e.name; log.push(e) } } }
console.log(order())
function override() { for (const x of [1, 2]) { try { continue } finally { if (x === 2) return x } } }
console.log(override())
try { try { null.x } finally { console.log('f') } } catch ({ message }) { console.log(message) }
function rethrow() { try { throw 1 } catch (e) { let f = 2; { let e = 3; return e + f } } }
console.log(rethrow())
