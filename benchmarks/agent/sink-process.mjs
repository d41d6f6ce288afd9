// A management server that keeps what it is sent and does nothing with it until it is asked: what is measured beside it is
// the agent, not storage on the same cores. Frames are counted when `count` is asked, by the protocol's own decoder.
import { createServer } from 'node:http'
import { AGENT_FRAMES_PATH, decodeUpFrame, encodeFrame, LONG_POLL_SECONDS, VERSION_HEADER } from '@lightrun/core'

const frames = []
let version = 0
let actions = []
const polls = new Set()

const server = createServer((request, response) => {
  if (!request.url.startsWith(AGENT_FRAMES_PATH)) response.writeHead(404).end()
  else if (request.method === 'POST') take(request, response)
  else poll(request, response)
})
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))

function take(request, response) {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    frames.push(Buffer.concat(chunks))
    response.writeHead(204).end()
  })
}

function poll(request, response) {
  const after = Number(new URL(request.url, 'http://sink').searchParams.get('after'))
  const answer = () => {
    polls.delete(answer)
    response.writeHead(200, { [VERSION_HEADER]: String(version) })
    response.end(encodeFrame({ protocol: 1, version, serverTimeMs: Date.now(), actions }))
  }
  if (after < version) return answer()
  polls.add(answer)
  const nothing = setTimeout(() => response.writeHead(204).end(), LONG_POLL_SECONDS * 1_000)
  response.on('close', () => {
    clearTimeout(nothing)
    polls.delete(answer)
  })
}

process.on('disconnect', () => process.exit())
process.on('message', ({ publish, count }) => {
  if (publish !== undefined) {
    version++
    actions = [...actions, publish]
    for (const answer of [...polls]) answer()
  }
  if (count !== undefined) process.send({ counted: countReports() })
})

/** By action: hits, the text of the first, states it went through, losses. */
function countReports() {
  const counted = {}
  for (const frame of frames) {
    for (const report of decodeUpFrame(frame).reports) {
      counted[report.actionId] ??= { hits: 0, lost: 0, states: [], sample: undefined }
      const of = counted[report.actionId]
      if (report.kind === 'hit') {
        of.hits++
        of.sample ??= JSON.stringify(report.data)
      } else if (report.kind === 'loss') of.lost += report.count
      else if (report.kind === 'status') of.states.push(report.status)
    }
  }
  return counted
}
