import { describe } from './describe.ts'
import { createHostileValues } from './hostile-values.ts'
import { createPlainValues } from './plain-values.ts'
import { createRandom, type Random } from './random.ts'

/** What the three variables and `this` are, once. */
export interface Triple {
  values: readonly unknown[]
  /** Equal values for JavaScript itself to judge; undefined when they would run code. */
  twins: readonly unknown[] | undefined
  /** For a report. */
  text: string
}

/** The values an expression is examined over. */
export interface Values {
  triples: readonly Triple[]
  /** What ran of them. */
  ran: readonly string[]
  forget(): void
  /** All that can be seen of the application's, without running any of it. */
  describe(): string
  /** Takes back what JavaScript's own evaluation moved in the twins. */
  restore(): void
  names: ReadonlyMap<unknown, string>
  twinNames: ReadonlyMap<unknown, string>
}

const PLAIN = 8
const HOSTILE = 6
const TRIPLES = 200
/** One of a million elements is in so many sets of values. */
const GIANT_ONE_IN = 12

export function createValues(seed: number, number: number, giants: readonly unknown[]): Values {
  const random = createRandom(seed, number * 2 + 1)
  const plain = createPlainValues(createRandom(seed, number * 2))
  const twin = createPlainValues(createRandom(seed, number * 2))
  const ran: string[] = []
  const hostile = createHostileValues(random, (what) => ran.push(what), createPlainValues(random).next)

  const all: unknown[] = []
  const twins: unknown[] = []
  for (let i = 0; i < PLAIN; i++) {
    all.push(plain.next())
    twins.push(twin.next())
  }
  if (random.oneIn(GIANT_ONE_IN)) {
    const giant = random.pick(giants)
    all.push(giant)
    twins.push(giant)
  }
  const judged = all.length
  for (let i = 0; i < HOSTILE; i++) all.push(hostile.next())

  return {
    triples: Array.from({ length: TRIPLES }, () => triple(random, all, twins, random.oneIn(2) ? judged : all.length)),
    ran,
    forget() {
      ran.length = 0
    },
    describe: () => all.map((each) => describe(each)).join('\n'),
    restore() {
      for (const { regexp, lastIndex } of twin.regexps) regexp.lastIndex = lastIndex
    },
    names: namesOf(all),
    twinNames: namesOf(twins),
  }
}

function triple({ below }: Random, all: readonly unknown[], twins: readonly unknown[], count: number): Triple {
  const indexes = [below(count), below(count), below(count), below(count)]
  const values = indexes.map((index) => all[index])
  return {
    values,
    twins: indexes.every((index) => index < twins.length) ? indexes.map((index) => twins[index]) : undefined,
    get text() {
      return values.map((each) => describe(each).slice(0, 300)).join(' | ')
    },
  }
}

/** By place, so that an object and its twin have the same name. */
function namesOf(values: readonly unknown[]): ReadonlyMap<unknown, string> {
  const names = new Map<unknown, string>()
  values.forEach((each, index) => {
    const isObject = (typeof each === 'object' && each !== null) || typeof each === 'function'
    if (isObject && !names.has(each)) names.set(each, `value ${index}`)
  })
  return names
}
