/** Characters before and after an identifier that tell whether it is declared there. */
const LOOKED_AT = 200
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*/u
/** `const x`, `function x`, `(x`, `, x`, `{ x`, `[x`, `...x` */
const BEFORE = /(?:(?:^|[^\p{ID_Continue}$.])(?:const|let|var|class|function)\s+|function\s*\*\s*|[({[,]\s*|\.\.\.)$/u
const ARROW = /^\s*=>/

/**
 * The identifier at an offset of a source, where it looks as if it were declared there: some compilers tell in a map's names
 * nothing, or another place's (Turbopack), and the place itself is right. Source texts are TypeScript, JSX and the like, so none
 * is parsed.
 */
export function declaredName(text: string, offset: number): string | undefined {
  const after = text.slice(offset, offset + LOOKED_AT)
  const name = IDENTIFIER.exec(after)?.[0]
  if (name === undefined) return undefined
  const isDeclared =
    BEFORE.test(text.slice(Math.max(0, offset - LOOKED_AT), offset)) || ARROW.test(after.slice(name.length))
  return isDeclared ? name : undefined
}
