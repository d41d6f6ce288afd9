import { types } from 'node:util'
import { createMirror, createNameRedactor } from '@lightrun/core'
import { createSandbox, type NoValue, type Sandbox } from '@lightrun/sandbox'
import { VARIABLES } from './read-rules.ts'
import type { Rule } from './rule.ts'

export interface Verdict {
  decision: 'accept' | 'review' | 'reject'
  score: number
  reasons: readonly { rule: string; text: string }[]
  /** Rules without an answer. Not knowing is not the same as no: such an order is looked at by a person. */
  undecided: readonly { rule: string; why: string }[]
}

export interface RuleEngine extends Disposable {
  /** Never throws, never runs code of the order, and ends: each rule has its own budget. */
  judge(order: unknown, history: readonly unknown[]): Verdict
}

const REVIEW_FROM = 30
const REJECT_FROM = 80
/** Milliseconds, of each rule that needs QuickJS: ten rules must fit into a request. */
const RULE_TIME_MS = 5
/** Elements a rule may visit. A real order has tens of lines. */
const RULE_FUEL = 2_000
/** No rule gets to see these, whatever it says. */
const HIDDEN = ['cardNumber', 'password']

/** Compiles each rule once. Settles when the first order can be judged. */
export async function createRuleEngine(rules: readonly Rule[]): Promise<RuleEngine> {
  const sandbox = createSandbox({
    mirror: createMirror(types),
    redactor: createNameRedactor(HIDDEN),
    limits: { timeMs: RULE_TIME_MS, fuel: RULE_FUEL },
  })
  const prepared = await Promise.all(rules.map((rule) => prepare(sandbox, rule)))

  return {
    judge(order, history) {
      const values = [order, history]
      const reasons: { rule: string; text: string }[] = []
      const undecided: { rule: string; why: string }[] = []
      let score = 0
      for (const { rule, condition, reason } of prepared) {
        const answer = condition(values)
        if (answer.status !== 'value') undecided.push({ rule: rule.id, why: whyNot(answer) })
        else if (answer.value === true) {
          score += rule.score
          reasons.push({ rule: rule.id, text: reason(values).text })
        }
      }
      const decision =
        score >= REJECT_FROM ? 'reject' : score >= REVIEW_FROM || undecided.length > 0 ? 'review' : 'accept'
      return { decision, score, reasons, undecided }
    },
    [Symbol.dispose]: () => sandbox.dispose(),
  }
}

async function prepare(sandbox: Sandbox, rule: Rule) {
  const when = sandbox.compile(rule.when)
  if (when.status === 'refused') throw new TypeError(`${rule.id}.when:${when.column}: ${when.message}`)
  const because = sandbox.compileFormat(rule.because)
  if (because.status === 'refused') throw new TypeError(`${rule.id}.because:${because.column}: ${because.message}`)
  // Loads QuickJS if one of them needs it, so that no order ever waits for that.
  await Promise.all([when.expression.prepare(), because.format.prepare()])
  return { rule, condition: when.expression.bind(VARIABLES), reason: because.format.bind(VARIABLES) }
}

function whyNot(answer: NoValue): string {
  switch (answer.status) {
    case 'omitted':
      return answer.of === undefined ? answer.reason : `${answer.reason}: ${answer.of}`
    case 'exceeded':
      return `over its budget of ${answer.budget}`
    default:
      return answer.message
  }
}
