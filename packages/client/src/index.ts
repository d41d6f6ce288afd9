export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type HitsOptions,
  type StreamOptions,
} from './client.ts'
export {
  MAX_EVENT_BYTES,
  MAX_RESPONSE_BYTES,
  MAX_WAITING_EVENTS,
  PLACEMENT_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
} from './limits.ts'
export { type Clock, systemClock } from './placement/clock.ts'
export type { Link } from './stream/read-stream.ts'
