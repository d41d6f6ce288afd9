import { parseArgs } from 'node:util'
import { runTraffic } from './traffic/run-traffic.ts'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    rate: { type: 'string', default: '40' },
    requests: { type: 'string' },
    seed: { type: 'string', default: '1' },
    visitors: { type: 'string', default: '8' },
  },
})

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const summary = await runTraffic({
  url: values.url,
  rate: Number(values.rate),
  ...(values.requests === undefined ? {} : { requests: Number(values.requests) }),
  seed: Number(values.seed),
  visitors: Number(values.visitors),
  signal: stop.signal,
})
console.log(JSON.stringify(summary))
if (summary.failed > 0) process.exitCode = 1
