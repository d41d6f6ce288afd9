import type { CapturedValue, LogHit, LogTask } from '@lightrun/core'
import { renderValue } from '@lightrun/core'
import type { DynamicLogSink } from '../config/start-options.ts'
import { explain, type SiteExpression } from './expressions.ts'
import { type ProbeTask, settledAtOnce } from './task.ts'

/** Characters of one line of a dynamic log; the rest is cut and marked. */
export const MAX_LOG_TEXT = 8 * 1024

export interface LogTaskOptions {
  task: LogTask
  parts: readonly (string | SiteExpression)[]
  capture: (value: unknown) => CapturedValue
  /** Takes out what only the line as a whole shows to be a secret. */
  scrub: (text: string) => string
  report: (hit: LogHit) => void
  sink: DynamicLogSink
}

/** Renders the format and hands the line to the server, the application's own output, or both. */
export function createLogTask({ task, parts, capture, scrub, report, sink }: LogTaskOptions): ProbeTask {
  const toServer = task.targets.includes('server')
  const toStdout = task.targets.includes('stdout')

  function render(args: readonly unknown[]): string {
    let text = ''
    for (const part of parts) {
      if (typeof part === 'string') text += part
      else {
        const outcome = part(args)
        text +=
          outcome.status === 'value'
            ? renderValue(capture(outcome.value), { rawString: true, maxLength: MAX_LOG_TEXT })
            : `<${explain(outcome)}>`
      }
      if (text.length > MAX_LOG_TEXT) return cut(scrub(text))
    }
    return cut(scrub(text))
  }

  return {
    perform(args) {
      const text = render(args)
      if (toServer) report({ type: 'log', level: task.level, text })
      if (toStdout) write(sink, task.level, text)
      return undefined
    },
    flush() {},
    settled: settledAtOnce,
  }
}

function cut(text: string): string {
  const more = text.length - MAX_LOG_TEXT
  return more > 0 ? `${text.slice(0, MAX_LOG_TEXT)}… <${more} or more characters omitted: length>` : text
}

/** The sink is the application's: what it throws is its own affair, and not a fault of the probe. */
function write(sink: DynamicLogSink, level: LogTask['level'], text: string): void {
  try {
    if (level === 'debug' && typeof sink.debug !== 'function') sink.info(text)
    else sink[level]?.(text)
  } catch {
    // Nothing is lost that the user could be told of here: the line was the application's to print.
  }
}
