const { work } = require('./work.cjs')

const { wrapHttp, wrapEvent, wrapCloudEvent } = process.env.LIGHTRUN_SECRET
  ? require('@lightrun/sdk-node/gcf')
  : { wrapHttp: (handler) => handler, wrapEvent: (handler) => handler, wrapCloudEvent: (handler) => handler }

exports.http = wrapHttp(async (request, response) => {
  if (request.body.fail) throw new TypeError(work(request.body.name))
  response
    .set('x-mine', 'yes')
    .status(201)
    .json({ text: work(request.body.name) })
})

exports.plainHttp = wrapHttp((request, response) => {
  if (request.body.fail) throw new TypeError(work(request.body.name))
  setTimeout(() => response.send(work(request.body.name)), 5)
})

exports.event = wrapEvent(async (data, context) => {
  if (data.fail) throw new TypeError(work(data.name))
  return { text: work(data.name), of: context.eventType }
})

exports.eventCallback = wrapEvent((data, _context, callback) => {
  setTimeout(() => callback(data.fail ? new TypeError('mine') : null, work(data.name)), 5)
})

exports.cloudEvent = wrapCloudEvent(async (event) => `${work(event.data.name)} of ${event.type}`)

exports.cloudEventCallback = wrapCloudEvent((event, callback) => callback(null, work(event.data.name)))
