/** A rule as a person wrote it: what it looks for, what that counts, and what to tell. */
export interface Rule {
  id: string
  /** An expression over `order` and `history`. */
  when: string
  /** Points, when the expression is true. */
  score: number
  /** A format: text with expressions in braces. */
  because: string
}

/** Where a rule cannot be taken as it is, in the words of who wrote it. */
export interface RuleFault {
  rule: string
  field: 'when' | 'because'
  /** 1-based, in the text of the field. */
  line: number
  column: number
  message: string
}

export type RulesRead = { status: 'ok'; rules: readonly Rule[] } | { status: 'refused'; faults: readonly RuleFault[] }
