import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import type { WeaveConfig } from '../config/weave-config.ts'

/** What workers must know before the first module loads. They get it at their birth, and so do theirs. */
export interface Inheritance {
  weave: WeaveConfig
}

const KEY = '@lightrun/sdk-node'

export function leaveToWorkers(inheritance: Inheritance): void {
  setEnvironmentData(KEY, inheritance as unknown as Parameters<typeof setEnvironmentData>[1])
}

/** `undefined` in a worker whose process has no SDK. */
export function inherited(): Inheritance | undefined {
  return getEnvironmentData(KEY) as unknown as Inheritance | undefined
}
