import type { Untouched, UntouchedReason } from './contract.ts'
import { LineIndex } from './lines.ts'

interface Refusal {
  reason: UntouchedReason
  message: string
  /** Where the parser gave up. */
  offset?: number
}

export function untouched({ reason, message, offset }: Refusal, source = ''): Untouched {
  const result = { status: 'untouched' as const, reason, message }
  return offset === undefined ? result : { ...result, position: new LineIndex(source).position(offset) }
}

/** What is thrown here is an answer too: the stack ran out in the walk, or in the text of an unforeseen tree. */
export function guarded<T>(run: () => T): T | Untouched {
  try {
    return run()
  } catch (error) {
    const reason = error instanceof RangeError ? 'too_deep' : 'internal_fault'
    return untouched({ reason, message: error instanceof Error ? error.message : String(error) })
  }
}
