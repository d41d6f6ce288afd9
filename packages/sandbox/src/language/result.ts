import type { Cost } from './cost.ts'

/** A path from a free variable through static members: `user.address.city` is `['user', 'address', 'city']`. */
export type Reference = readonly [root: string, ...members: string[]]

/** `direct`: closures over the live values. `quickjs`: parts of it run on a bounded copy inside QuickJS. */
export type Engine = 'direct' | 'quickjs'

export type RefusalCode = 'expression_syntax' | 'expression_not_allowed' | 'expression_too_large'

/** Where the fault is, 1-based; columns count UTF-16 units. The message says what is allowed instead. */
export interface Refused<Code extends string = RefusalCode> {
  status: 'refused'
  code: Code
  message: string
  line: number
  column: number
}

export type CheckResult = { status: 'ok'; references: readonly Reference[]; engine: Engine; cost: Cost } | Refused

/** Thrown while a tree is walked, caught where the walk began. */
export class Fault extends Error {
  readonly code: RefusalCode
  readonly offset: number
  constructor(code: RefusalCode, message: string, offset: number) {
    super(message)
    this.code = code
    this.offset = offset
  }
}

export function refusedAt<Code extends string>(
  code: Code,
  message: string,
  source: string,
  offset: number,
): Refused<Code> {
  const before = source.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  return {
    status: 'refused',
    code,
    message,
    line: before.split('\n').length,
    column: offset - lastBreak,
  }
}
