import type { Transport } from '@lightrun/core'

/** A transport whose code is loaded when it is first used: starting the agent does not wait for it. */
export function createLazyTransport(load: () => Promise<Transport>): Transport {
  let loading: Promise<Transport> | undefined
  function transport(): Promise<Transport> {
    loading ??= begin()
    return loading
  }
  async function begin(): Promise<Transport> {
    try {
      return await load()
    } catch (cause) {
      // Asked again at the next attempt.
      loading = undefined
      throw cause
    }
  }
  return {
    async send(frame, signal) {
      let loaded: Transport
      try {
        loaded = await transport()
      } catch (cause) {
        return { status: 'retry', cause, unsent: true }
      }
      try {
        return await loaded.send(frame, signal)
      } catch (cause) {
        return { status: 'retry', cause }
      }
    },
    async *receive(signal) {
      yield* (await transport()).receive(signal)
    },
  }
}
