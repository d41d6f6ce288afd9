import type { Variant } from './contract.ts'
import type { Difference } from './difference.ts'
import type { Verdict } from './judge.ts'

/** Counts verdicts, and puts each that is not agreement into words. */
export class Tally {
  #agreeing = 0
  #differing = 0
  #unstable = 0
  #endless = 0
  #armed = 0
  #hits = 0

  /** @returns what to tell about this one; '' when it agrees. */
  add(name: string, verdict: Verdict): string {
    switch (verdict.status) {
      case 'agrees':
        this.#agreeing++
        this.#armed += verdict.outcome.probes.armed
        this.#hits += verdict.outcome.probes.hits
        return ''
      case 'differs':
        this.#differing++
        return `✗ ${name}: ${describeVariant(verdict.variant)}, ${describeDifference(verdict.difference)}`
      case 'unstable':
        this.#unstable++
        return `? ${name}: not the same every time, ${describeDifference(verdict.difference)}`
      case 'endless':
        this.#endless++
        return `? ${name}: does not end by itself, or needs a longer --timeout`
    }
  }

  get allAgree(): boolean {
    return this.#differing === 0
  }

  /** @param what the plural of what was compared: files, suites. */
  summary(what: string): string {
    const compared = this.#agreeing + this.#differing
    const left = this.#unstable + this.#endless
    return [
      `${this.#agreeing} of ${compared} ${what} agree; ${this.#armed} probes armed, ${this.#hits} hits`,
      ...(left > 0 ? [`${left} not compared: ${this.#unstable} unstable, ${this.#endless} endless`] : []),
    ].join('\n')
  }
}

function describeVariant(variant: Variant): string {
  return variant.weaving === 'armed' ? `armed (--seed ${variant.seed} --share ${variant.share})` : variant.weaving
}

function describeDifference({ what, line, unwoven, woven }: Difference): string {
  const place = line > 0 ? `${what} from line ${line}` : what
  return `${place}\n${indent('unwoven', unwoven)}\n${indent('woven', woven)}`
}

function indent(title: string, text: string): string {
  const lines = text.trimEnd().split('\n')
  return lines.map((line, i) => `    ${(i === 0 ? title : '').padEnd(8)}| ${line}`).join('\n')
}
