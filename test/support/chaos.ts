import { fileURLToPath } from 'node:url'
import type { Action, Task } from '@lightrun/core'
import { COUNTER, LOG, PLACE, SNAPSHOT } from './service.ts'

/** To be required by a process: makes built-ins that the agent calls throw. */
export const CHAOS = fileURLToPath(new URL('chaos.cjs', import.meta.url))

/** A question of every kind, for the service of `service.ts`. */
export const QUESTIONS: readonly [Task, Partial<Action>?][] = [
  [{ type: 'log', format: '{total} {lines} {order.items}', level: 'info', targets: ['server'] }],
  [LOG, { condition: 'order.id % 3 === 0' }],
  [SNAPSHOT, { position: PLACE.end }],
  [COUNTER],
  [{ type: 'metric', name: 'total', expression: 'total' }],
  [{ type: 'duration', name: 'digest' }, { position: PLACE.begin }],
  [{ type: 'tictoc', name: 'sum', toc: PLACE.calls }, { position: PLACE.begin }],
]
