import {
  createNameRedactor,
  createScrubber,
  createShowOnly,
  DEFAULT_PACKS,
  DEFAULT_REDACTED_NAMES,
  type LightrunError,
  patternsOf,
  type RedactionPolicy,
  type Redactor,
  type Scrubber,
  type ValuePattern,
} from '@lightrun/core'
import { ownExpressions } from './own-expressions.ts'

/** What is hidden at the moment. Those who hold `redactor` and `scrubber` need not be told of a change. */
export interface LiveRedaction {
  readonly redactor: Redactor
  readonly scrubber: Scrubber
  /** Whether this policy is another than the one in force. `undefined`: none; the agent's configuration decides. */
  differs(policy: RedactionPolicy | undefined): boolean
  /**
   * Puts the policy in force. A pattern that cannot be used is told to `onFault` and left out, the others hold. Rejects only for
   * a fault of ours, and the policy of before is in force then.
   */
  apply(policy: RedactionPolicy | undefined): Promise<void>
}

export interface LiveRedactionOptions {
  /** What holds while there is no policy: the usual secrets, or nothing. */
  enabled: boolean
  /** Compiles the patterns of a policy; loads what that needs. */
  compile: (patterns: RedactionPolicy['patterns']) => Promise<CompiledPatterns>
  onFault: (error: LightrunError) => void
}

export interface CompiledPatterns {
  patterns: readonly ValuePattern[]
  faults: readonly LightrunError[]
}

export function createLiveRedaction({ enabled, compile, onFault }: LiveRedactionOptions): LiveRedaction {
  const usual: RedactionPolicy = {
    defaultNames: enabled,
    names: [],
    packs: enabled ? [...DEFAULT_PACKS] : [],
    patterns: [],
  }
  let inForce = usual
  let redactor = redactorOf(usual)
  const Expressions = ownExpressions()
  let scrubber = createScrubber(patternsOf(usual.packs, Expressions), Expressions)
  const differs = (policy: RedactionPolicy | undefined) => JSON.stringify(policy ?? usual) !== JSON.stringify(inForce)

  return {
    redactor: { hides: (name) => redactor.hides(name) },
    scrubber: { scrub: (text) => scrubber.scrub(text), isClear: (text) => scrubber.isClear(text) },
    differs,
    async apply(policy = usual) {
      if (!differs(policy)) return
      const { patterns, faults } =
        policy.patterns.length === 0 ? { patterns: [], faults: [] } : await compile(policy.patterns)
      const names = redactorOf(policy)
      const looks = createScrubber([...patterns, ...patternsOf(policy.packs, Expressions)], Expressions)
      // Together, once nothing can fail any more: what is said to be in force is.
      redactor = names
      scrubber = looks
      inForce = policy
      for (const fault of faults) onFault(fault)
    },
  }
}

function redactorOf({ defaultNames, names, showOnly }: RedactionPolicy): Redactor {
  const hidden = createNameRedactor([...(defaultNames ? DEFAULT_REDACTED_NAMES : []), ...names])
  if (showOnly === undefined) return hidden
  const others = createShowOnly(showOnly)
  return { hides: (name) => hidden.hides(name) || others.hides(name) }
}
