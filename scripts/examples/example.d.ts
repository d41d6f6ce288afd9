import type { placesIn } from '../demo/places.mjs'
import type { Hunt } from './hunt.mjs'

/** What `hunt.mjs` of an example exports as default. All of it runs in a process of its own, beside the service. */
export interface Example {
  /** After `node`: the service, which says `listening on URL` in some line. `PORT=0` is in its environment. */
  command: readonly string[]
  /**
   * How the agent gets in: `--import` or `--require` of the preload, through `NODE_OPTIONS` where something else starts
   * Node, or not at all where the code starts it itself.
   */
  preload: 'import' | 'require' | 'environment' | 'code'
  /** Whom to ask. Default: the service by its name. */
  source?: string
  /** Processes and threads that are agents. Default: 1. None: they start with a request and end with the round. */
  agents?: number
  /** Sends the requests of one round, one after the other. The same requests in every round. */
  drive(request: Request): Promise<void>
  /** Asks and finds. Throws where something that it tells is not true. */
  hunt(tools: Hunt & { place: ReturnType<typeof placesIn> }): Promise<void>
}

/** Sends a request and notes the answer, which has to be the same without the agent. Follows no redirect. */
export type Request = (path: string, init?: RequestInit) => Promise<Answer>

export interface Answer {
  status: number
  type: string | null
  location: string | null
  body: string
}
