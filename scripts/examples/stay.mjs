// An example under traffic, for somebody to ask.
import { setTimeout as wait } from 'node:timers/promises'
import { say } from '../demo/investigation.mjs'
import { createRequest, startService } from './service.mjs'
import { connected } from './verify.mjs'

const PAUSE_MS = 1_000

export async function stay(example, stand) {
  const { name, server } = stand
  const { url } = await startService(example, stand, server)
  await connected(example, stand)
  say(`${name} runs at ${url} and is sent requests until you press Ctrl-C. In another terminal, in examples/${name}:

  export LIGHTRUN_SERVER=${server.url}
  export LIGHTRUN_API_KEY=${server.apiKey}
  npx lightrun agents

README.md there says what to ask.`)
  const { request } = createRequest(url)
  for (;;) {
    await example.drive(request)
    await wait(PAUSE_MS)
  }
}
