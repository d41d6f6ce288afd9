import { inTurn, median } from '../agent/statistics.mjs'
import { EVALUATORS } from './evaluators.mjs'

/** One question in the words of each language; a language that cannot ask it has none. */
const QUESTIONS = [
  {
    name: 'two members compared',
    expected: true,
    js: 'user.age > 18 && cart.items.length > 3',
    'expr-eval': 'user.age > 18 and length(cart.items) > 3',
    jexl: 'user.age > 18 && cart.items|length > 3',
    cel: 'user.age > 18 && size(cart.items) > 3',
  },
  {
    name: 'is any of 20 items dearer',
    expected: false,
    js: 'cart.items.some(i => i.price > 100)',
    'expr-eval': 'length(filter(f(i) = i.price > 100, cart.items)) > 0',
    jexl: 'cart.items[.price > 100]|length > 0',
    cel: 'cart.items.exists(i, i.price > 100)',
  },
  { name: 'a regular expression', expected: true, js: '/^4\\d\\d$/.test(code)' },
]

const NAMES = ['user', 'cart', 'code']
/** Milliseconds of one sample: long against the clock, short against what else the machine does. */
const SAMPLE_MS = 15

/**
 * Nanoseconds of an evaluation and of compiling, each first shown to answer right, then all in turn round by round.
 *
 * @returns rows by question; a row has `ns` and the ratio to our own of the same round.
 */
export async function measureSpeed(evaluators, rounds) {
  // As in a service: many objects of a shape.
  const places = Array.from({ length: 64 }, (_, i) => [
    { id: i, name: `user ${i}`, age: 19 + i, roles: [{ name: 'reader' }] },
    { items: Array.from({ length: 20 }, (_, n) => ({ sku: `sku-${n}`, price: n + 0.5, quantity: 1 })) },
    '404',
  ])
  const questions = []
  for (const { name, expected, ...sources } of QUESTIONS) {
    const subjects = []
    for (const evaluator of evaluators) {
      const source = sources[evaluator.language]
      if (source === undefined) continue
      const run = await evaluator.compile(source, NAMES)
      for (const values of places) {
        if (run(values) !== expected) throw new Error(`${evaluator.name}: ${source} is not ${expected}`)
      }
      subjects.push({ name: evaluator.name, run: (i) => run(places[i & 63]) })
    }
    questions.push({ name, rows: inRounds(subjects, rounds) })
  }
  return questions
}

/** Compiling goes through a promise that none of them needs: it is measured as a batch, and the promise with it. */
export async function measureCompiling(evaluators, rounds) {
  const samples = new Map(evaluators.map(({ name }) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const { name, language, compile } of inTurn(evaluators, round + 1)) {
      const source = QUESTIONS[0][language]
      const start = process.hrtime.bigint()
      // A text of its own each time: nobody's cache is measured.
      for (let i = 0; i < 200; i++)
        await compile(
          `${source} && user.age != ${round * 200 + i + 1000}`.replace('&&', language === 'expr-eval' ? 'and' : '&&'),
          NAMES,
        )
      if (round >= 0) samples.get(name).push(Number(process.hrtime.bigint() - start) / 200)
    }
  }
  return rowsOf(samples)
}

function inRounds(subjects, rounds) {
  const counts = new Map(subjects.map((subject) => [subject.name, calibrated(subject)]))
  const samples = new Map(subjects.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of inTurn(subjects, round)) samples.get(name).push(timed(run, counts.get(name)))
  }
  return rowsOf(samples)
}

/** Evaluations that fill a sample; warms up on the way. */
function calibrated({ run }) {
  let count = 16
  while (timed(run, count) * count < SAMPLE_MS * 1e6) count *= 2
  return count
}

function timed(run, count) {
  let sink = 0
  const start = process.hrtime.bigint()
  for (let i = 0; i < count; i++) if (run(i)) sink++
  const ns = Number(process.hrtime.bigint() - start) / count
  if (sink < 0) console.log(sink)
  return ns
}

function rowsOf(samples) {
  const ours = samples.get(Object.keys(EVALUATORS)[0])
  return [...samples].map(([name, ns]) => ({
    name,
    ns: median(ns),
    ratio: median(ns.map((each, round) => each / ours[round])),
  }))
}
