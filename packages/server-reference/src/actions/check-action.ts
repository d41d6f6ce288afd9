import {
  DEFAULT_EXPIRE_SECONDS,
  DEFAULT_SNAPSHOT_HITS,
  hasMoment,
  LightrunError,
  MAX_EXPIRE_SECONDS,
  MAX_HITS_LIMIT,
  MAX_SNAPSHOT_HITS,
  MIN_EXPIRE_SECONDS,
  type NewAction,
} from '@lightrun/core'
import type { ExpressionChecks, ExpressionFault } from './expression-checks.ts'

export interface CheckedLimits {
  expireSeconds: number
  maxHits: number | null
  maxHitsPerAgent: number | null
}

/** @throws LightrunError `limit_invalid`, saying what is allowed. */
export function checkLimits({ expireSeconds, maxHits, maxHitsPerAgent, task }: NewAction): CheckedLimits {
  const seconds = expireSeconds ?? DEFAULT_EXPIRE_SECONDS
  if (!(seconds >= MIN_EXPIRE_SECONDS && seconds <= MAX_EXPIRE_SECONDS)) {
    throw new LightrunError(
      'limit_invalid',
      `an action expires after ${MIN_EXPIRE_SECONDS} to ${MAX_EXPIRE_SECONDS} seconds, not ${seconds}`,
      { details: { field: 'expireSeconds', min: MIN_EXPIRE_SECONDS, max: MAX_EXPIRE_SECONDS } },
    )
  }
  const most = task.type === 'snapshot' ? MAX_SNAPSHOT_HITS : MAX_HITS_LIMIT
  const hits = maxHits ?? (task.type === 'snapshot' ? DEFAULT_SNAPSHOT_HITS : undefined)
  checkHits('maxHits', hits, most)
  checkHits('maxHitsPerAgent', maxHitsPerAgent, most)
  return { expireSeconds: seconds, maxHits: hits ?? null, maxHitsPerAgent: maxHitsPerAgent ?? null }
}

function checkHits(field: 'maxHits' | 'maxHitsPerAgent', hits: number | undefined, most: number): void {
  if (hits === undefined || (Number.isInteger(hits) && hits >= 1 && hits <= most)) return
  throw new LightrunError('limit_invalid', `${field} is a whole number from 1 to ${most}, not ${hits}`, {
    details: { field, min: 1, max: most },
  })
}

/** @throws LightrunError `request_invalid` for a moment that the task has not. */
export function checkMoment({ task, at }: Pick<NewAction, 'task' | 'at'>): void {
  if (at === undefined || hasMoment(task)) return
  throw new LightrunError('request_invalid', `a ${task.type} measures whole spans and takes no "at"; leave it out`, {
    details: { field: 'at' },
  })
}

/** @throws LightrunError of the fault's code, with `field` and `column` in the details. */
export function checkExpressions({ task, condition }: NewAction, checks: ExpressionChecks): void {
  if (condition !== undefined) refuse('condition', checks.expression(condition))
  if (task.type === 'log') refuse('format', checks.format(task.format))
  if (task.type === 'metric') refuse('expression', checks.expression(task.expression))
  if (task.type === 'snapshot') {
    task.watches.forEach((watch, index) => {
      refuse(`watches.${index}`, checks.expression(watch))
    })
  }
}

function refuse(field: string, fault: ExpressionFault | undefined): void {
  if (fault === undefined) return
  throw new LightrunError(fault.code, `${field}, column ${fault.column}: ${fault.message}`, {
    details: { field, column: fault.column },
  })
}
