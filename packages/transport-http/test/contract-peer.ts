import type { ServerResponse } from 'node:http'
import { VERSION_HEADER } from '@lightrun/core'
import type { PeerAnswer, TransportPeer } from '@lightrun/core/testing'
import { createHttpTransport } from '../src/index.ts'
import { createHttpServer, problem } from './http-server.ts'
import { until } from './raw-server.ts'

const page = '<!doctype html><title>Welcome</title>'
const statusOf: Record<string, number> = { agent_unknown: 404, unauthorized: 401 }

/** A small server of the agent's routes, as the contract suite drives it. */
export async function createContractPeer(): Promise<TransportPeer> {
  const frames: Buffer[] = []
  const held = new Map<ServerResponse, number>()
  let next: PeerAnswer = { status: 'accepted' }
  let state: { version: number; frame: Uint8Array } | undefined
  let garbled = false
  let refusal: string | undefined

  function answerFrame(response: ServerResponse): void {
    if (next === 'hold') return
    if (next === 'break') response.destroy()
    else if (next === 'garbage') response.end(page)
    else if (next.status === 'accepted') response.writeHead(204).end()
    else if (next.status === 'refused') problem(response, statusOf[next.code] ?? 400, next.code)
    else response.writeHead(503, { 'retry-after': String((next.afterMs ?? 0) / 1_000) }).end()
  }

  function answerPoll(response: ServerResponse, after: number): void {
    if (refusal !== undefined) problem(response, statusOf[refusal] ?? 400, refusal)
    else if (garbled) response.end(page)
    else if (state !== undefined && state.version > after) {
      response.setHeader(VERSION_HEADER, state.version)
      response.end(state.frame)
    } else {
      held.set(response, after)
      response.once('close', () => held.delete(response))
    }
  }

  function answerHeld(): void {
    const polls = [...held]
    held.clear()
    for (const [response, after] of polls) answerPoll(response, after)
  }

  const server = await createHttpServer((call, response) => {
    if (call.method === 'GET') {
      return answerPoll(response, Number(new URL(call.url, server.endpoint).searchParams.get('after')))
    }
    frames.push(call.body)
    if (refusal === 'unauthorized') problem(response, 401, 'unauthorized')
    else answerFrame(response)
  })
  const { endpoint } = server
  const transport = createHttpTransport({ endpoint, secret: 'lrp_contract', agentId: 'agent-0123456789' })

  return {
    transport,
    answer(answer) {
      next = answer
    },
    async frames(count) {
      await until(() => frames.length >= count)
      return frames
    },
    publish(version, frame) {
      garbled = false
      state = { version, frame }
      answerHeld()
    },
    listening: () => until(() => held.size > 0),
    cut() {
      for (const response of held.keys()) response.destroy()
    },
    garble() {
      garbled = true
      answerHeld()
    },
    revoke() {
      refusal = 'unauthorized'
      answerHeld()
    },
    forget() {
      refusal = 'agent_unknown'
      answerHeld()
    },
    close: () => server.close(),
  }
}
