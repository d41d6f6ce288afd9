/** Live actions of one organisation. Far below what a desired state may hold (10 000), far above what people ask at once. */
export const MAX_LIVE_ACTIONS = 1_000
/** Bytes of their definitions: an agent that all of them are for still gets a frame below MAX_DOWN_FRAME_BYTES. */
export const MAX_LIVE_ACTION_BYTES = 3 * 1024 * 1024
/** Actions listed: the newest. */
export const MAX_LISTED_ACTIONS = 1_000
/** Length of an `Idempotency-Key`: a UUID and more. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 200
/** Hosts named in a refusal. */
export const MAX_SUGGESTED_AGENTS = 20
