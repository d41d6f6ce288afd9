// The loop of AWS's own runtime client, as it is on npm. The one part of it that has to be compiled is replaced by HTTP.

import { request } from 'node:http'
import Module from 'node:module'
import { text } from 'node:stream/consumers'

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const call = (method, path, body) =>
  new Promise((resolve, reject) => {
    const url = `/2018-06-01/runtime/invocation/${path}`
    const asking = request({ host, port, path: url, method }, async (answer) =>
      resolve({ bodyJson: await text(answer), headers: answer.headers }),
    )
    asking.on('error', reject).end(body)
  })

/** The compiled client waits until an answer is taken. */
let answering = Promise.resolve()
const client = {
  initializeClient() {},
  done(id, body) {
    answering = call('POST', `${id}/response`, body)
  },
  error(id, body) {
    answering = call('POST', `${id}/error`, body)
  },
  async next() {
    await answering
    return call('GET', 'next')
  },
}

const extensions = Module._extensions
const compiled = extensions['.node']
extensions['.node'] = (module, filename) => {
  if (filename.endsWith('rapid-client.node')) module.exports = client
  else compiled(module, filename)
}
const { run } = await import(process.env.RIC)
await run(process.cwd(), process.env._HANDLER)
