/**
 * What a source map may ask of us. Maps are files of the deployment, written by many tools and sometimes by nobody we
 * know; one that breaks a limit is refused and named, and the application does not notice.
 */

/** Characters of a map's JSON. Parsing takes about 10 ms a megabyte; the largest bundles' maps have some tens of megabytes. */
export const MAX_SOURCE_MAP_LENGTH = 64 * 1024 * 1024
/** The same where no thread can be had, and the application waits. */
export const MAX_SOURCE_MAP_LENGTH_HERE = 8 * 1024 * 1024
/** Segments of a map: 20 bytes each once decoded, and a map of 64 MB has about five million. */
export const MAX_SEGMENTS = 8_000_000
/** Sources of a map. A bundle has some thousands; each may be looked at for a map of its own. */
export const MAX_SOURCES = 50_000
/** Sections within sections. The format allows none; concatenating tools are known to nest two. */
export const MAX_SECTION_DEPTH = 8
/** Sections altogether: one for each concatenated file. */
export const MAX_SECTIONS = 10_000
/** Maps of sources of maps: minified (1) from bundled (2) from compiled (3) from generated (4). */
export const MAX_MAP_CHAIN = 4
