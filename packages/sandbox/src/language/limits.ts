/** UTF-16 units of one expression. Longer is a program, not a question. Equal to core's bound on what an action carries. */
export const MAX_EXPRESSION_LENGTH = 2_000
/** UTF-16 units of a log format. */
export const MAX_FORMAT_LENGTH = 4_000
/** Nesting of the syntax tree; the evaluator recurses on the application's stack. People's expressions have under 20. */
export const MAX_EXPRESSION_DEPTH = 64
