// Everything is imported statically, and Node is given the CommonJS build: loaders of ES modules that the application has
// registered may be asked in every thread, and theirs may wait for the one that stands still.
import { setTimeout as pause } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import type { Transport } from '@lightrun/core'
import { createHttpTransport } from '@lightrun/transport-http'
import { holdProcess } from '../agent/timers.ts'
import { toHttpOptions } from '../agent/transport.ts'
import { type ExchangeResult, type ExchangeThreadData, NOTHING_CAME } from './exchange.ts'

/** The time there is has room for a few attempts. */
const RETRY_PAUSE_MS = 100

const { exchange, context, network, port, done, timeoutMs } = workerData as ExchangeThreadData
const signal = AbortSignal.timeout(timeoutMs)
const result: ExchangeResult = { ...NOTHING_CAME }
const tell = (news: Partial<ExchangeResult>) => port.postMessage(Object.assign(result, news))

/** Whether the server has taken it. */
async function send({ send }: Transport, frame: Uint8Array): Promise<boolean> {
  let isInDoubt = false
  while (!signal.aborted) {
    // Before it is sent: whoever waits for the answer may be gone when it comes.
    tell({ isNextInDoubt: true })
    if (Atomics.load(done, 0) === 1) return false
    const delivery = await send(frame, signal)
    if (delivery.status === 'accepted') return true
    if (delivery.status === 'retry' && delivery.unsent === undefined) isInDoubt = true
    tell({ isNextInDoubt: isInDoubt })
    if (delivery.status === 'refused') return false
    await pause(RETRY_PAUSE_MS)
  }
  return false
}

async function run(): Promise<void> {
  const transport = createHttpTransport(await toHttpOptions(context, network))
  const frames = exchange.kind === 'fetch' ? [exchange.hello] : exchange.frames
  for (const frame of frames) {
    if (!(await send(transport, frame))) return
    tell({ delivered: result.delivered + 1, isNextInDoubt: false })
  }
  if (exchange.kind === 'deliver') return
  for await (const state of transport.receive(signal)) {
    return tell({ state })
  }
}

// The transport itself holds no thread.
const release = holdProcess(timeoutMs)
run()
  // What came of it until then has been told.
  .catch(() => {})
  .finally(() => {
    Atomics.store(done, 0, 1)
    Atomics.notify(done, 0)
    release()
  })
