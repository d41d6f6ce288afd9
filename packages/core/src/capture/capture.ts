import type { Mirror } from '../mirror/mirror.ts'
import type { CapturedValue } from '../model/captured-value.ts'
import type { NamedValue } from '../model/report.ts'
import type { Redactor } from '../redact/redactor.ts'
import { NOTHING_TO_SCRUB, type Scrubber } from '../redact/scrubber.ts'
import type { CaptureLimits } from './capture-limits.ts'
import { takeCaptureIntrinsics } from './intrinsics.ts'
import { glance, Walk } from './walk.ts'

/** Turns application values into data that can leave the process. Runs no application code and never throws. */
export interface Capturer {
  capture(value: unknown, limits: CaptureLimits): CapturedValue
  /**
   * Several variables under one budget, breadth-first over all of them: a huge one does not hide the others, and
   * a value that two of them hold is captured once. A variable whose name is hidden is not looked at.
   */
  captureVariables(entries: readonly VariableEntry[], limits: CaptureLimits): NamedValue[]
}

export interface VariableEntry {
  name: string
  value: unknown
}

export interface CapturerOptions {
  mirror: Mirror
  redactor: Redactor
  /** Takes secrets out of strings, names and numbers by how they look. Default: nothing is. */
  scrubber?: Scrubber
  /** A clock that never goes back, in microseconds. Default: `performance.now`, as it was when the capturer was made. */
  nowMicros?: () => number
}

export function createCapturer(options: CapturerOptions): Capturer {
  const { mirror, redactor, scrubber = NOTHING_TO_SCRUB, nowMicros = performanceMicros() } = options
  const tools = { mirror, redactor, scrubber, nowMicros, ...takeCaptureIntrinsics() }
  return {
    capture(value, limits) {
      const seen = glance(value, tools, limits)
      if (seen !== undefined) return seen
      const walk = new Walk(tools, limits)
      const captured = walk.see(value, 0)
      walk.expandAll()
      return captured
    },
    captureVariables(entries, limits) {
      const walk = new Walk(tools, limits)
      const variables: NamedValue[] = []
      for (let i = 0; i < entries.length; i++) {
        const { name, value } = entries[i] as VariableEntry
        variables[i] = { name, value: walk.seeNamed(name, value, 0) }
      }
      walk.expandAll()
      return variables
    },
  }
}

function performanceMicros(): () => number {
  const clock = performance
  const now = clock.now.bind(clock)
  return () => now() * 1_000
}
