const { work } = require('./work.cjs')

const wrap = process.env.LIGHTRUN_SECRET ? require('@lightrun/sdk-node/lambda').wrap : (handler) => handler

exports.promised = wrap(async (event, context) => {
  if (event.fail) throw new TypeError(work(event.name))
  return { text: work(event.name), id: context.awsRequestId, keys: Object.keys(context).length }
})

exports.called = wrap((event, _context, callback) => {
  if (event.fail === 'at once') throw new RangeError(work(event.name))
  setTimeout(() => {
    const text = work(event.name)
    callback(event.fail ? new TypeError(text) : null, { text })
  }, 5)
  return 'no answer'
})

exports.empty = wrap((event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = event.waits
  setTimeout(() => work('later'), 50)
  callback(null, { text: work(event.name) })
})

exports.legacy = wrap((event, context) => {
  setTimeout(() => context.succeed({ text: work(event.name) }), 5)
})

const { streamifyResponse } = globalThis.awslambda
exports.streamed = wrap(
  streamifyResponse(async (event, stream) => {
    stream.write(work(event.name))
    stream.write(', ')
    stream.end(work(event.name))
  }),
)
