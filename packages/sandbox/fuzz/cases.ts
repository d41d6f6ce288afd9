import { createExpressions } from './expressions.ts'
import { mutate } from './mutate.ts'
import { createRandom } from './random.ts'

/** What is examined as number `number` of a seed: the corpus first, then made up and mutated. */
export function sourceOf(seed: number, number: number, corpus: readonly string[]): string {
  const known = corpus[number]
  if (known !== undefined) return known
  const random = createRandom(seed, -1 - number)
  const expressions = createExpressions(random)
  const made = expressions.next()
  if (!random.oneIn(5)) return made
  const other = corpus.length > 0 && random.oneIn(2) ? random.pick(corpus) : expressions.next()
  return mutate(random.oneIn(2) ? made : other, random.oneIn(2) ? made : other, random)
}
