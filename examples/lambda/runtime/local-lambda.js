// Lambda on this machine: an endpoint to invoke the function, and the Runtime API for the one instance of it. Like AWS it
// starts an instance with the first call, freezes it between calls, and ends it without a word.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

const TIMEOUT_MS = 60_000
const bootstrap = fileURLToPath(new URL('bootstrap.js', import.meta.url))

/** Events that wait for the instance, and its request while it waits for an event. */
const events = []
let waiting
const answers = new Map()
let instance
let generation = 0
let lastId = 0

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString()
  const [, caller, path = request.url] = /^\/(\d+)(\/2018-06-01\/runtime\/.*)$/.exec(request.url) ?? []
  const [, id, how] = /^\/2018-06-01\/runtime\/invocation\/(\d+)\/(response|error)$/.exec(path) ?? []
  if (caller !== undefined && Number(caller) !== generation) {
    // The last words of an instance that was ended.
    response.writeHead(410).end()
  } else if (path === '/2018-06-01/runtime/invocation/next') {
    waiting = response
    serve()
  } else if (id !== undefined) {
    response.writeHead(202).end()
    answers.get(id)?.(how, body)
  } else if (request.url === '/2015-03-31/functions/function/invocations') {
    invoke(body, response)
  } else if (request.url === '/end') {
    await end()
    response.writeHead(204).end()
  } else {
    response.writeHead(404).end()
  }
})
server.listen(Number(process.env.PORT ?? 9000), '127.0.0.1')
await once(server, 'listening')
const address = `127.0.0.1:${server.address().port}`
console.log(`listening on http://${address}`)
process.once('SIGTERM', async () => {
  await end()
  process.exit()
})

function invoke(body, response) {
  const id = String(++lastId)
  answers.set(id, (how, answer) => {
    answers.delete(id)
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(how === 'error' && { 'x-amz-function-error': 'Unhandled' }),
    })
    response.end(answer)
  })
  events.push({ id, body })
  instance ??= start()
  instance.kill('SIGCONT')
  serve()
}

/** Frozen once it asks for more and there is nothing. */
function serve() {
  if (events.length === 0) {
    if (answers.size === 0) instance?.kill('SIGSTOP')
    return
  }
  if (waiting === undefined) return
  const response = waiting
  waiting = undefined
  const { id, body } = events.shift()
  response.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': id,
    'lambda-runtime-deadline-ms': String(Date.now() + TIMEOUT_MS),
  })
  response.end(body)
}

function start() {
  // The configuration of the function: how the agent gets in is two variables of it.
  const config = fileURLToPath(new URL('../lightrun.json', import.meta.url))
  const withAgent = { NODE_OPTIONS: '--import @lightrun/sdk-node/register', LIGHTRUN_AGENT_CONFIG: config }
  const handler = new URL('../src/handler.js', import.meta.url)
  return spawn(process.execPath, [bootstrap], {
    env: {
      ...process.env,
      ...(process.env.LIGHTRUN_SECRET && withAgent),
      AWS_LAMBDA_RUNTIME_API: `${address}/${generation}`,
      _HANDLER: `${handler.href}#handler`,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

async function end() {
  if (instance === undefined) return
  const ended = once(instance, 'exit')
  instance.kill('SIGKILL')
  instance = undefined
  waiting = undefined
  generation++
  await ended
}
