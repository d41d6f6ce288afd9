import { costOf } from './cost.ts'
import { MAX_EXPRESSION_LENGTH } from './limits.ts'
import { lower } from './lower.ts'
import { parseAt, parseWhole } from './parse.ts'
import { referencesOf } from './references.ts'
import { type CheckResult, type Engine, Fault, type Refused, refusedAt } from './result.ts'
import { childrenOf, type Term } from './term.ts'

/**
 * Says whether an expression is allowed, without evaluating anything. References name what it reads of the
 * application; names of the language (`Math`, `undefined`, …) are not among them.
 */
export function check(source: string): CheckResult {
  const verified = verify(source)
  if (verified.status === 'refused') return verified
  return {
    status: 'ok',
    references: referencesOf(verified.term),
    engine: engineOf(verified.term),
    cost: costOf(verified.term),
  }
}

export type Verified = { status: 'ok'; term: Term } | Refused

/** `check` for evaluators: the term itself. */
export function verify(source: string): Verified {
  if (source.length > MAX_EXPRESSION_LENGTH) {
    const message = `The expression has ${source.length} characters; at most ${MAX_EXPRESSION_LENGTH} are allowed`
    return refusedAt('expression_too_large', message, source, MAX_EXPRESSION_LENGTH)
  }
  try {
    return { status: 'ok', term: lower(source, parseWhole(source)) }
  } catch (error) {
    if (error instanceof Fault) return refusedAt(error.code, error.message, source, error.offset)
    // The host was close to the end of its stack.
    if (error instanceof RangeError)
      return refusedAt('expression_too_large', 'The expression nests too deeply', source, 0)
    throw error
  }
}

/** An expression inside a longer text, up to where it ends. Throws `Fault` with an offset into `text`. */
export function verifyAt(text: string, offset: number): { term: Term; end: number } {
  const expression = parseAt(text, offset)
  if (expression.end - offset > MAX_EXPRESSION_LENGTH) {
    throw new Fault('expression_too_large', `An expression has at most ${MAX_EXPRESSION_LENGTH} characters`, offset)
  }
  return { term: lower(text, expression), end: expression.end }
}

export function engineOf(term: Term): Engine {
  return needsGuest(term) ? 'quickjs' : 'direct'
}

const needsGuest = (term: Term): boolean => term.guest || childrenOf(term).some(needsGuest)
