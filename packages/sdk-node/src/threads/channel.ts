import { BroadcastChannel } from 'node:worker_threads'
import { LightrunError } from '@lightrun/core'

/**
 * One end of a named channel between the threads of this process. Posting never throws and never waits; what is posted
 * arrives even when the thread ends right afterwards. Keeps no thread alive.
 */
export interface Channel<Out, In> extends Disposable {
  post(message: Out): void
  /** One listener. Messages that come before there is one are lost. */
  onMessage: ((message: In) => void) | undefined
}

/** What a listener throws would be an uncaught exception of the application: it goes to `onFault`. */
export function guardedListener<In>(
  listen: (message: In) => void,
  onFault: (error: LightrunError) => void,
): (message: In) => void {
  return (message) => {
    try {
      listen(message)
    } catch (error) {
      onFault(LightrunError.from(error))
    }
  }
}

export type OpenChannel = <Out, In>(name: string) => Channel<Out, In>

/** Broadcast channels are the only ones that threads can open by name, without the application passing anything on. */
export const openBroadcastChannel: OpenChannel = <Out, In>(name: string) => {
  const broadcast = new BroadcastChannel(name)
  let closed = false
  const channel: Channel<Out, In> = {
    onMessage: undefined,
    post(message) {
      // A message that cannot be cloned would be a fault of ours, and posting to a closed channel throws.
      try {
        if (!closed) broadcast.postMessage(message)
      } catch {}
    },
    [Symbol.dispose]() {
      if (closed) return
      closed = true
      broadcast.close()
    },
  }
  broadcast.onmessage = (event: unknown) => channel.onMessage?.((event as { data: In }).data)
  broadcast.unref()
  return channel
}
