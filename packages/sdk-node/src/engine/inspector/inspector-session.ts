import type { Session } from 'node:inspector'
import { LightrunError } from '@lightrun/core'

/**
 * A conversation with V8's inspector on this very thread: every call is answered before it returns, and nothing ever
 * waits. It opens no port, keeps no process alive and is silent when the process ends.
 */
export interface InspectorSession extends Disposable {
  /** The answer. @throws Error with the protocol's message. */
  send(method: string, params?: object): unknown
  /** Called while `send` runs, and whenever V8 compiles a script. Must not throw. */
  onEvent(method: string, listener: (params: unknown) => void): void
}

/** @throws LightrunError `inspector_unavailable` */
export function connectInspector(): InspectorSession {
  const session = open()
  return {
    send(method, params = {}) {
      let failed: Error | null = null
      let answer: unknown
      session.post(method, params, (error, result) => {
        failed = error
        answer = result
      })
      if (failed !== null) throw failed
      return answer
    },
    onEvent(method, listener) {
      session.on(method, ({ params }: { params: unknown }) => listener(params))
    },
    [Symbol.dispose]() {
      session.disconnect()
    },
  }
}

/** Whether a debugger could be attached to this process from elsewhere (`--inspect`, `SIGUSR1`). */
export function isPortOpen(): boolean {
  return process.getBuiltinModule('node:inspector').url() !== undefined
}

function open(): Session {
  // A Node without inspector has no such module; a static import would keep the agent from loading.
  const inspector = process.features.inspector ? process.getBuiltinModule('node:inspector') : undefined
  if (inspector === undefined) {
    throw new LightrunError(
      'inspector_unavailable',
      'this Node.js was built without the inspector; preload lightrun to have the code woven',
    )
  }
  try {
    const session = new inspector.Session()
    session.connect()
    return session
  } catch (cause) {
    throw new LightrunError(
      'inspector_unavailable',
      `this process refuses the inspector (${cause instanceof Error ? cause.message : String(cause)}); under --permission add --allow-inspector, or preload lightrun to have the code woven`,
      { cause },
    )
  }
}
