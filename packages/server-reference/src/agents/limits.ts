/** An agent without an open poll counts as connected for this long after its last word (the peers' agent expiry). */
export const AGENT_EXPIRY_MS = 30_000
/** An agent whose open poll broke comes back at once if it lives: twice the longest first pause of `retrying`, and then some. */
export const AGENT_LOST_MS = 3_000
/** Agents that were last seen longer ago are not listed, and nothing can be addressed to them. */
export const AGENT_LISTED_MS = 24 * 3_600_000
/** The same of worker threads, which come and go by the hundred while their process stays: long enough to see that one has just ended. */
export const WORKER_LISTED_MS = 60_000
