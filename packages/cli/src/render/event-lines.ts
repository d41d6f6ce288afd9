import {
  type ActionView,
  formatPosition,
  type HitData,
  type HitView,
  type LogHit,
  type LogLevel,
  renderValue,
  type StreamEvent,
} from '@lightrun/core'
import type { WallClock } from '../context.ts'
import { bold, cyan, dim, type Line, red, type Span, yellow } from '../output/line.ts'
import { plain } from '../output/plain.ts'
import { displayWidth } from '../output/width.ts'
import { LOSS_WORDS } from './action-text.ts'
import { snapshotLines } from './snapshot-lines.ts'
import { statisticsText } from './statistics-lines.ts'
import { statusText } from './status-lines.ts'
import { timeOfDay } from './time.ts'

export interface EventLines {
  /** One event as lines; the first carries the time, those that follow are indented. */
  of(event: StreamEvent): Line[]
}

export interface EventLinesOptions {
  clock: WallClock
  /** Columns for captured values; absent: as long as they are. */
  columns?: number | undefined
  /** Whether the values of a log's text also stand below it, each by its name. */
  fields?: boolean
  /** What is known of an action that an event names. */
  action: (id: string) => ActionView | undefined
  /** What is known of an agent that an event names. */
  agentName: (id: string) => string | undefined
}

/** Wide enough for every kind of line. */
const KIND_WIDTH = 5
/** A name column grows with the names seen, up to here: one long name must not push all text away. */
const MAX_NAME_WIDTH = 24

/**
 * `12:03:44.123 shop  INFO  total 12.5`. The name column grows with the names seen and never shrinks, so that
 * lines stay aligned without knowing the agents beforehand.
 */
export function createEventLines(options: EventLinesOptions): EventLines {
  let nameWidth = 0

  const head = (atMs: number, agentName: string, kind: Span | string): (string | Span)[] => {
    const name = plain(agentName)
    nameWidth = Math.min(MAX_NAME_WIDTH, Math.max(nameWidth, displayWidth(name)))
    const text = typeof kind === 'string' ? kind : kind.text
    return [
      dim(timeOfDay(options.clock, atMs)),
      ` ${name}${' '.repeat(Math.max(0, nameWidth - displayWidth(name)))}  `,
      kind,
      `${' '.repeat(Math.max(0, KIND_WIDTH - displayWidth(text)))} `,
    ]
  }
  const quiet = (line: readonly (string | Span)[]): Line =>
    line.map((span) => (typeof span === 'string' ? dim(span) : span))
  const nameOf = (agentId: string) => options.agentName(agentId) ?? agentId.slice(0, 8)
  const placeOf = (actionId: string) => {
    const action = options.action(actionId)
    return action === undefined ? `action ${actionId}` : formatPosition(action.position)
  }

  const hitLines = (hit: HitView): Line[] => {
    const { data } = hit
    const start = head(hit.atMs, hit.agentName, kindOf(data))
    const traced = data.trace === undefined ? [] : [dim(`  trace ${data.trace.traceId} span ${data.trace.spanId}`)]
    if (data.type === 'log') return [[...start, data.text, ...traced], ...(options.fields ? fieldLines(data) : [])]
    const [frame] = data.frames
    const where = frame === undefined ? placeOf(hit.actionId) : `${frame.file}:${frame.line}`
    return [[...start, bold(where), ...traced], ...snapshotLines(data, options.columns)]
  }

  return {
    of(event) {
      switch (event.kind) {
        case 'hit':
          return hitLines(event.hit)
        case 'count': {
          const task = options.action(event.actionId)?.task
          const name = task?.type === 'counter' ? task.name : placeOf(event.actionId)
          const start = head(event.atMs, event.agentName, cyan('COUNT'))
          return [[...start, `${name} `, bold(String(event.total)), dim(`  +${event.count}`)]]
        }
        case 'metric': {
          const task = options.action(event.actionId)?.task
          const name = task !== undefined && 'name' in task ? task.name : placeOf(event.actionId)
          const start = head(event.atMs, event.agentName, cyan('STATS'))
          return [[...start, `${name}  `, ...statisticsText(event.series)]]
        }
        case 'status': {
          const { mark, text } = statusText(event.agent.status)
          const start = head(event.agent.atMs, event.agent.displayName, mark)
          return [quiet([...start, `${placeOf(event.actionId)}  `, ...text])]
        }
        case 'loss': {
          const start = head(event.atMs, nameOf(event.agentId), yellow('LOST'))
          return [quiet([...start, `${placeOf(event.actionId)}  ${event.count} ${LOSS_WORDS[event.reason]}`])]
        }
        case 'gap':
          return [
            [
              yellow(`… ${event.missed} events were not shown: the reader was too slow. `),
              dim('They are stored: lightrun hits ID'),
            ],
          ]
      }
    },
  }
}

function fieldLines({ fields = [] }: LogHit): Line[] {
  return fields.map((field) => {
    const what = 'error' in field ? red(field.error) : renderValue(field.value)
    return ['    ', cyan(field.name), ' = ', what]
  })
}

function kindOf(data: HitData): Span | string {
  return data.type === 'snapshot' ? cyan('SNAP') : LEVELS[data.level]
}

const LEVELS: Readonly<Record<LogLevel, Span | string>> = {
  debug: dim('DEBUG'),
  info: 'INFO',
  warn: yellow('WARN'),
  error: red('ERROR'),
}
