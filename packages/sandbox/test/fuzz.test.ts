import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { sourceOf } from '../fuzz/cases.ts'
import { readCorpus } from '../fuzz/corpus.ts'
import { createExaminer } from '../fuzz/examine.ts'
import { watchHost } from '../fuzz/host.ts'
import { createGiants } from '../fuzz/plain-values.ts'
import { createValues } from '../fuzz/values.ts'

// The first minute of `npm run fuzz`, which goes on for as long as one likes: fuzz/README.md says what it looks for.
const corpus = readCorpus(fileURLToPath(new URL('../fuzz/corpus', import.meta.url)))
const giants = createGiants()
const examiner = createExaminer()
afterAll(() => examiner.dispose())

const SEED = 20_261
const CASES = 150

describe('no promise of the sandbox is broken', () => {
  test.each(corpus)('by %s', async (source) => {
    const { finding } = await examiner.examine(source, createValues(SEED, corpus.indexOf(source), giants))
    expect(finding).toBeUndefined()
  })

  test(`by ${CASES} random expressions, and the host is what it was`, { timeout: 60_000 }, async () => {
    const changeOfHost = watchHost()
    let evaluations = 0
    let answered = 0
    for (let number = corpus.length; number < corpus.length + CASES; number++) {
      const source = sourceOf(SEED, number, corpus)
      const examined = await examiner.examine(source, createValues(SEED, number, giants))
      expect(examined.finding, `case ${number}`).toBeUndefined()
      evaluations += examined.evaluations
      answered += examined.answered
    }
    expect(changeOfHost()).toBeUndefined()
    expect(evaluations).toBeGreaterThan(CASES * 100)
    // Of what never had a value nothing would be learnt.
    expect(answered / evaluations).toBeGreaterThan(0.1)
  })
})

describe('a case', () => {
  test('is the same again from its seed and number', () => {
    for (let number = 0; number < 50; number++) {
      expect(sourceOf(7, number, corpus)).toBe(sourceOf(7, number, corpus))
      expect(createValues(7, number, giants).describe()).toBe(createValues(7, number, giants).describe())
    }
    expect(sourceOf(8, 1_000, corpus)).not.toBe(sourceOf(7, 1_000, corpus))
  })

  test('is judged on equal values, not on those of the application', () => {
    const { triples } = createValues(7, 3, giants)
    const judged = triples.find(({ twins, values }) => twins !== undefined && isRecord(values[0]))
    expect(judged?.twins?.[0]).toEqual(judged?.values[0])
    expect(judged?.twins?.[0]).not.toBe(judged?.values[0])
  })
})

const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
