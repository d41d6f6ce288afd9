import { readFile } from 'node:fs/promises'
import { anOrder, giftCards } from './orders.ts'
import { readRules } from './read-rules.ts'
import { createRuleEngine } from './rule-engine.ts'

// The rules of rules.json, or of the file that is named, over a handful of orders.
const file = process.argv[2] ?? new URL('../rules.json', import.meta.url)
const read = readRules(await readFile(file, 'utf8'))
if (read.status === 'refused') {
  for (const { rule, field, line, column, message } of read.faults) {
    console.error(`${rule}.${field}:${line}:${column}  ${message}`)
  }
  process.exit(1)
}

const orders = {
  'an order like any other': [anOrder(), []],
  'gift cards, and to another country': [anOrder({ lines: giftCards(12), shipping: { country: 'US' } }), []],
  'a first order for a lot of money': [anOrder({ total: 129_000 }), []],
  'the same again, for the fourth time': [anOrder(), [anOrder(), anOrder(), anOrder()]],
} as const

using engine = await createRuleEngine(read.rules)
for (const [name, [order, history]] of Object.entries(orders)) {
  const { decision, score, reasons, undecided } = engine.judge(order, history)
  console.log(`${decision.padEnd(7)} ${String(score).padStart(3)}  ${name}`)
  for (const { rule, text } of reasons) console.log(`             ${rule}: ${text}`)
  for (const { rule, why } of undecided) console.log(`             ${rule} is not decided: ${why}`)
}
