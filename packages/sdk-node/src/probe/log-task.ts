import {
  type ActionKey,
  type CapturedValue,
  type LogHit,
  type LogLine,
  type LogTask,
  MAX_FIELDS,
  renderValue,
  type TraceContext,
  type WatchResult,
} from '@lightrun/core'
import type { DynamicLogSink } from '../config/start-options.ts'
import { explain, type FormatPart, toResult } from './expressions.ts'
import { createPlainLine, type PlainLine } from './plain-line.ts'
import type { ProbeTask } from './task.ts'

/** Characters of one line of a dynamic log; the rest is cut and marked. */
export const MAX_LOG_TEXT = 8 * 1024
/** Hits in a row. */
const MAX_IN_VAIN = 16

export interface LogTaskOptions {
  task: LogTask
  parts: readonly FormatPart[]
  capture: (value: unknown) => CapturedValue
  /** Takes out what only the line as a whole shows to be a secret. */
  scrub: (text: string) => string
  /** Whether there is certainly nothing to hide in a text, nor in any part of it. */
  isClear: (text: string) => boolean
  /** UTF-16 units of a string that is reported whole. */
  maxPlainLength: number
  /** The span that is active at a hit. */
  traceContext: () => TraceContext | undefined
  action: ActionKey
  /** Wall clock, milliseconds since the epoch. */
  now: () => number
  report: (hit: LogHit, atMs: number) => void
  reportLine: (line: LogLine) => void
  /** Resolves once every hit so far was offered. */
  settled: () => Promise<void>
  sink: DynamicLogSink
}

/** On the hot path: about a microsecond. Renders the format and hands the line to the server, the application's own output, or both. */
export function createLogTask(options: LogTaskOptions): ProbeTask {
  const { task, parts, scrub, isClear, traceContext, now, report, reportLine, settled, sink } = options
  const { level } = task
  const toServer = task.targets.includes('server')
  const toStdout = task.targets.includes('stdout')

  /** An expression that stands there again is the same field. */
  const isFirst = parts.map(
    (part, index) =>
      typeof part === 'string' ||
      index === parts.findIndex((each) => typeof each !== 'string' && each.field === part.field),
  )

  /** The line, and its values into `fields`, each once. */
  function render(args: readonly unknown[], fields: WatchResult[]): string {
    let text = ''
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] as FormatPart
      if (typeof part === 'string') text += part
      else {
        const outcome = part.evaluate(args)
        const result = toResult(part.field, outcome, options)
        if (outcome.status !== 'value') text += `<${explain(outcome)}>`
        else if ('value' in result) text += renderValue(result.value, { rawString: true, maxLength: MAX_LOG_TEXT })
        if (fields.length < MAX_FIELDS && isFirst[index]) fields[fields.length] = result
      }
      if (text.length > MAX_LOG_TEXT) break
    }
    return cut(scrub(text))
  }

  const plain = createPlainLine({ ...options, ...options.action, level, maxTextLength: MAX_LOG_TEXT })
  /** Formats whose values turn out not to be plain, again and again, are no longer tried. */
  let patience = MAX_IN_VAIN

  /** The hit as a line, where that says all there is to say. */
  function performPlain(
    { render: renderPlain, toLine }: PlainLine,
    args: readonly unknown[],
    trace: TraceContext | undefined,
  ): boolean {
    const text = renderPlain(args)
    if (text === undefined || !isClear(text)) {
      patience--
      return false
    }
    patience = MAX_IN_VAIN
    if (toServer) reportLine(toLine(now(), trace))
    if (toStdout) write(sink, level, text)
    return true
  }

  function performAny(args: readonly unknown[], trace: TraceContext | undefined): void {
    const fields: WatchResult[] = []
    const text = render(args, fields)
    if (toServer) {
      const hit: LogHit = { type: 'log', level, text }
      if (fields.length > 0) hit.fields = fields
      if (trace !== undefined) hit.trace = trace
      report(hit, now())
    }
    if (toStdout) write(sink, level, text)
  }

  return {
    perform(args) {
      const trace = toServer ? traceContext() : undefined
      if (plain === undefined || patience === 0 || !performPlain(plain, args, trace)) {
        performAny(args, trace)
      }
      return undefined
    },
    flush() {},
    settled,
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
