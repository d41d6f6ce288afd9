import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads'
import { startOwnThread } from '../threads/own-thread.ts'
import { type Exchange, type ExchangeResult, type ExchangeThreadData, NOTHING_CAME } from './exchange.ts'

export interface BlockingExchangeOptions extends Pick<ExchangeThreadData, 'context' | 'network' | 'timeoutMs'> {
  /** Told of the thread that does the talking: it is none of the application's. */
  onThread: (thread: Worker) => void
}

/**
 * Talks to the server while this thread stands still, for `timeoutMs` at most and as long as a thread takes to start.
 * For the two moments at which nothing may happen in between: before the application begins, and when it is over.
 * @throws where threads are not allowed: under `--permission` without `--allow-worker`
 */
export function exchangeBlocking(
  exchange: Exchange,
  { context, network, timeoutMs, onThread }: BlockingExchangeOptions,
): ExchangeResult {
  const { port1, port2: port } = new MessageChannel()
  const done = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const data: ExchangeThreadData = { exchange, context, network, port, done, timeoutMs }
  const thread = startOwnThread(new URL('./exchange-thread.cjs', import.meta.url), {
    name: 'lightrun exchange',
    workerData: data,
    transferList: [port],
  })
  onThread(thread)
  thread.unref()
  // Unheard, it would be thrown here.
  thread.on('error', () => {})
  Atomics.wait(done, 0, 0, timeoutMs)
  Atomics.store(done, 0, 1)
  let result = NOTHING_CAME
  for (let next = receiveMessageOnPort(port1); next !== undefined; next = receiveMessageOnPort(port1)) {
    result = next.message as ExchangeResult
  }
  port1.close()
  thread.terminate().catch(() => {})
  return result
}
