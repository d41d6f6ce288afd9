/** An agent without an open poll counts as connected for this long after its last word (the peers' agent expiry). */
export const AGENT_EXPIRY_MS = 30_000
/** Agents that were last seen longer ago are not listed, and nothing can be addressed to them. */
export const AGENT_LISTED_MS = 24 * 3_600_000
