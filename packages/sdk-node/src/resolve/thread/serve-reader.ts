import type { MessagePort } from 'node:worker_threads'
import type { ScriptReader } from '../script-reader.ts'
import { type Answer, type Call, toAnswer } from './messages.ts'

/** Answers the calls that come through a port. */
export function serveReader(port: Pick<MessagePort, 'on' | 'postMessage'>, reader: ScriptReader): void {
  const answer = (message: Answer) => port.postMessage(message)
  port.on('message', ({ method, args }: Call) => {
    const call = reader[method] as (...args: unknown[]) => Promise<unknown>
    void call(...args)
      .then((value) => answer({ status: 'value', value }))
      .catch((error: unknown) => answer(toAnswer(error)))
  })
  answer({ status: 'ready' })
}
