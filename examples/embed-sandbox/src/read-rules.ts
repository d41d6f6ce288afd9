import { check, parseFormat, type Reference } from '@lightrun/sandbox/check'
import type { Rule, RuleFault, RulesRead } from './rule.ts'

/** What a rule may speak of. */
export const VARIABLES = ['order', 'history'] as const

/**
 * Rules of a JSON text. All of their faults at once, where they stand; nothing is evaluated, so an editor could ask the
 * same in a browser. Throws what `JSON.parse` throws.
 */
export function readRules(json: string): RulesRead {
  const rules = JSON.parse(json) as Rule[]
  const faults: RuleFault[] = []
  for (const { id, when, because } of rules) {
    const condition = check(when)
    const reason = parseFormat(because)
    for (const [field, result] of [
      ['when', condition],
      ['because', reason],
    ] as const) {
      if (result.status === 'refused') {
        faults.push({ rule: id, field, line: result.line, column: result.column, message: result.message })
        continue
      }
      const unknown = result.references.find(isUnknown)
      if (unknown === undefined) continue
      const message = `${unknown[0]} is not known here; a rule speaks of ${VARIABLES.join(' and ')}`
      faults.push({ rule: id, field, line: 1, column: 1, message })
    }
  }
  return faults.length > 0 ? { status: 'refused', faults } : { status: 'ok', rules }
}

const isUnknown = ([root]: Reference) => !VARIABLES.some((name) => name === root)
