/** A management answer takes milliseconds; half a minute is a server that will not answer. */
export const REQUEST_TIMEOUT_MS = 30_000

/**
 * Largest answer that is read into memory. One hit has at most the size of a frame (1 MiB), a page of ordinary
 * snapshots a few MiB; what is larger would hurt a browser tab or a terminal more than it helps.
 */
export const MAX_RESPONSE_BYTES = 32 * 1024 * 1024

/** Largest single event of a stream: a hit fits in a frame of 1 MiB, its JSON in UTF-8 in four times that. */
export const MAX_EVENT_BYTES = 4 * 1024 * 1024

/**
 * Events that wait for a slow reader of a stream. Beyond it the newest are not kept, and a `gap` says how many;
 * they are stored on the server all the same.
 */
export const MAX_WAITING_EVENTS = 10_000

/** How long `whenPlaced` waits unless told: an agent that is connected answers in a fraction of a second. */
export const PLACEMENT_TIMEOUT_MS = 5_000
