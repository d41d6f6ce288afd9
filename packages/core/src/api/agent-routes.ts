/**
 * The agent's side of the HTTP binding, shared by `transport-http` and the server.
 *
 * `POST AGENT_FRAMES_PATH`: body one up-frame (`application/json`), `Authorization: Bearer <pool key>`.
 * 204 accepted; 400, 401, 404, 413 refused with a problem; 429 and 5xx retry, after `Retry-After` seconds.
 *
 * `GET AGENT_FRAMES_PATH?agent=<agent id>&after=<version>`: waits up to `LONG_POLL_SECONDS` for a desired state
 * newer than `after` (-1: any). 200 with the down-frame, its version in `VERSION_HEADER`; 204 nothing new.
 */
export const AGENT_FRAMES_PATH = '/agent/v1/frames'
export const VERSION_HEADER = 'lightrun-version'
/** Below the 30 s that common proxies allow an idle response. */
export const LONG_POLL_SECONDS = 25
