import { LightrunError, type RedactionPolicy } from '@lightrun/core'
import type { CompiledPatterns } from './live-redaction.ts'

/** The engine for patterns is a quarter of a megabyte: loaded by the first policy that has some. */
export async function compilePatterns(patterns: RedactionPolicy['patterns']): Promise<CompiledPatterns> {
  const { compilePattern } = await import('@lightrun/core/patterns')
  const compiled = patterns.map(({ name, pattern }) => ({ name, ...compilePattern(name, pattern) }))
  return {
    patterns: compiled.flatMap((each) => (each.status === 'compiled' ? [each.pattern] : [])),
    faults: compiled.flatMap((each) =>
      each.status === 'refused'
        ? [new LightrunError('pattern_invalid', `the redaction pattern ${each.name} is not in force: ${each.message}`)]
        : [],
    ),
  }
}
