import { LONG_POLL_SECONDS } from '@lightrun/core'

/**
 * Name resolution. A resolver moves on to its second name server after 5 s; once more, and it is given up. The
 * operating system finishes the look-up all the same: see `shared-lookup.ts`.
 */
export const LOOKUP_TIMEOUT_MS = 10_000
/**
 * TCP connection, per attempt. Long enough for one lost SYN, which is repeated after 1 s. Short because a pending
 * `connect` is work to the event loop, whatever is unref'd: this is how long the end of a process may be delayed.
 */
export const CONNECT_TIMEOUT_MS = 2_000
/** TLS handshake: a few round trips and signatures, on a busy machine. Holds no process. */
export const HANDSHAKE_TIMEOUT_MS = 10_000
/** From the start of a POST to the status of its answer: 1 MiB at 1 Mbit/s takes 8 s, and the server stores it first. */
export const ANSWER_TIMEOUT_MS = 20_000
/** From the start of a poll to the status of its answer: the server's wait, and time to connect and to travel. */
export const POLL_TIMEOUT_MS = LONG_POLL_SECONDS * 1_000 + 10_000
/** From the status of an answer to its last byte, however steadily it drips: 4 MiB at about 2 Mbit/s. */
export const BODY_TIMEOUT_MS = 20_000
/** Status line and headers. Ours have a few hundred bytes; proxies add some. Node.js' own default. */
export const MAX_HEADER_BYTES = 16 * 1024
/** A problem has a few hundred bytes; the error page of a proxy is cut off here. */
export const MAX_PROBLEM_BYTES = 64 * 1024
/** Text of the server that is repeated in our messages. */
export const MAX_DETAIL_LENGTH = 500
/**
 * Least time between polls that bring nothing new. A server holds a poll for 25 s; one that answers at once,
 * forever, would otherwise have the application spin.
 */
export const MIN_EMPTY_POLL_MS = 1_000
/** Longest `Retry-After` that is followed: a mistaken or hostile server must not silence agents for a day. */
export const MAX_RETRY_AFTER_MS = 5 * 60_000
/** Idle connections kept for the next request: one for polls, one for posts. */
export const MAX_IDLE_CONNECTIONS = 2

/** Milliseconds, each at least 1. The defaults are the limits of the same name. */
export interface HttpTimeouts {
  lookupMs: number
  connectMs: number
  handshakeMs: number
  answerMs: number
  pollMs: number
  bodyMs: number
}

export const DEFAULT_TIMEOUTS: Readonly<HttpTimeouts> = {
  lookupMs: LOOKUP_TIMEOUT_MS,
  connectMs: CONNECT_TIMEOUT_MS,
  handshakeMs: HANDSHAKE_TIMEOUT_MS,
  answerMs: ANSWER_TIMEOUT_MS,
  pollMs: POLL_TIMEOUT_MS,
  bodyMs: BODY_TIMEOUT_MS,
}
