import { addTold, type Told } from '@lightrun/core'
import type { AgentLog } from '../agent/agent-log.ts'
import { type ExchangeResult, NOTHING_CAME } from '../blocking/exchange.ts'
import type { UnansweredFrame } from '../link.ts'

/**
 * How long the end of a process may be delayed, only when something waits to be delivered to a server that answers: a few
 * round trips, and a third of the least time that orchestrators give.
 */
export const LAST_WORDS_TIMEOUT_MS = 1_000

export interface LastWordsOptions {
  /** What the server has not acknowledged, of all agents of this process. */
  remaining: () => readonly UnansweredFrame[]
  /** `undefined`: there is no way to send anything while the process ends. */
  deliver: ((frames: readonly Uint8Array[]) => ExchangeResult) | undefined
  log: Pick<AgentLog, 'warn'>
}

/** Says what is left to say, once, and synchronously: the process ends. What was not delivered is counted, and apart from it what may have been. Never throws. */
export function createLastWords({ remaining, deliver, log }: LastWordsOptions): () => void {
  let isSaid = false
  return () => {
    if (isSaid) return
    isSaid = true
    let frames: readonly UnansweredFrame[] = []
    let { delivered, isNextInDoubt } = NOTHING_CAME
    try {
      frames = remaining()
      if (frames.length > 0 && deliver !== undefined) {
        ;({ delivered, isNextInDoubt } = deliver(frames.map(({ bytes }) => bytes)))
      }
    } catch {
      // Told below: it makes no difference to whom waits for them.
    }
    const isInDoubt = (frame: UnansweredFrame) => frame.isInDoubt || (isNextInDoubt && frame === frames[delivered])
    const left = frames.slice(delivered)
    warn(
      'the process ended before',
      left.filter((frame) => !isInDoubt(frame)),
    )
    warn('the process ended before it knew whether', left.filter(isInDoubt))
  }

  function warn(words: string, frames: readonly UnansweredFrame[]): void {
    const reports = frames.reduce((sum, frame) => sum + frame.reports, 0)
    if (reports === 0) return
    const count = reports === 1 ? '1 report was' : `${reports} reports were`
    log.warn(`${words} ${count} delivered${inWords(addTold(frames.map(({ told }) => told)))}`)
  }
}

/** Whoever adds what was not delivered to what the server has gets what happened in the application. */
function inWords({ hits, passes, lost }: Told): string {
  const words = Object.entries(lost).map(([reason, count]) => `${count} lost before: ${reason}`)
  if (passes > 0) words.unshift(`${passes} counted`)
  if (hits > 0) words.unshift(hits === 1 ? '1 hit' : `${hits} hits`)
  return words.length === 0 ? '' : `: ${words.join(', ')}`
}
