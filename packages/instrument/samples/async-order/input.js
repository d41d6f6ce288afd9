const log = []
async function a() { log.push('a1'); await null; log.push('a2'); await b(); log.push('a3') }
async function b() { log.push('b1'); for (let i = 0; i < 2; i++) { await i; log.push('b' + i) } if (log) return await Promise.reject(new Error('b')) }
a().catch((e) => log.push(e.message)).finally(() => console.log(log.join()))
Promise.resolve().then(() => log.push('t1')).then(() => log.push('t2'))
queueMicrotask(() => log.push('m')); setTimeout(() => console.log('timer', log.length), 1); setImmediate(() => log.push('i'))
