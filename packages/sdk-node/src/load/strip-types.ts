type StripTypes = (code: string, options: { mode: 'strip' | 'transform'; sourceMap?: boolean }) => string

/** How this process runs TypeScript by itself: not at all, by blanking out types, or (a flag) by compiling enums and the like too. */
export function typeScriptMode(): 'strip' | 'transform' | undefined {
  const { typescript } = process.features as { typescript?: unknown }
  return typescript === 'strip' || typescript === 'transform' ? typescript : undefined
}

/**
 * What Node makes of TypeScript before it compiles it. Types become blanks, so positions stay; in mode `transform` the
 * text carries an inline source map.
 * @throws SyntaxError for what Node refuses too.
 */
export function stripTypes(code: string): string {
  const { stripTypeScriptTypes } = process.getBuiltinModule('node:module') as { stripTypeScriptTypes?: StripTypes }
  if (stripTypeScriptTypes === undefined) throw new SyntaxError('this version of Node.js does not run TypeScript')
  const mode = typeScriptMode() ?? 'strip'
  return withoutWarnings(() => stripTypeScriptTypes(code, mode === 'strip' ? { mode } : { mode, sourceMap: true }))
}

/** The function is marked experimental, and its warning would appear in the application's output. */
function withoutWarnings<T>(run: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return run()
  } finally {
    process.emitWarning = emitWarning
  }
}
