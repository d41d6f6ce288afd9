/**
 * UTF-16 units. Weaving happens while the application starts: at about 4 MB/s this is four seconds, and the largest
 * file in common use (typescript.js) is 9 MB.
 */
export const MAX_SOURCE_LENGTH = 16_000_000

/**
 * Braces and parentheses that weaving puts within each other. Each takes stack from the host's recursive parser, and
 * woven text should not overflow it where the source is well below: `a => a => …` did at 660 levels, `if (a) if (a) …` at 3,000.
 * Real code has chains of `else if` of some dozens; below this depth, what needs no wrapping still has its probes.
 */
export const MAX_WRAPS = 200

/** Variables of one site that travel as arguments. Each costs about 3 bytes of bytecode, armed or not. */
export const MAX_ARGUMENTS = 24

/**
 * Variables of enclosing functions at one site, which bounds the text of the list in which some travel: in a bundle nearly every variable
 * is one.
 */
export const MAX_CLOSURE_VARIABLES = 16

/**
 * Arguments of all the sites of one function together. V8 never optimises a function beyond 60 KB of bytecode: this
 * bounds what arguments add to about 12 KB. A function past it keeps `MIN_ARGUMENTS` at each site.
 */
export const MAX_FUNCTION_ARGUMENTS = 4_000

/** Functions that a function declares in its body, and so makes at every call, from which on one more for their probes is little. */
export const MIN_DECLARATIONS = 8

/** What a site keeps, nearest first, when its function is over `MAX_FUNCTION_ARGUMENTS`. */
export const MIN_ARGUMENTS = 4

/**
 * Module-level variables listed at one site. They cost nothing at run time (one accessor reads them all), but a bundle
 * with thousands of them at thousands of sites would make a quadratic table.
 */
export const MAX_MODULE_VARIABLES = 128

/**
 * UTF-16 units. An expression that a function returns, shorter than this, has no probe of its own after it where it is all the function
 * does: `(x) => x.id` is called millions of times, and V8 gives it up to 27 bytes of bytecode before it counts its size. What a function
 * throws has one at any length: calls that throw are few, and V8 inlines what is called often.
 */
export const MIN_OUTCOME_LENGTH = 40

/**
 * UTF-16 units of a function. Shorter ones have no `leave` unless they are asynchronous or generators, which V8 does not inline: a `finally` adds
 * about 50 bytes of bytecode. V8 inlines up to 460, which is about this much text (0.23 to 0.30 bytes a unit in acorn and marked).
 */
export const MIN_LEAVE_LENGTH = 2_000
