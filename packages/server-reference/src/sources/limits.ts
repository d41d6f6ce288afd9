/** Custom sources of one organisation: far more than people tell apart, few enough to list at once. */
export const MAX_CUSTOM_SOURCES = 500
/** Custom sources named in a refusal. */
export const MAX_SUGGESTED_SOURCES = 20
/** Actions named when a source that they are for is not removed. */
export const MAX_NAMED_ACTIONS = 20
