import { type ActionView, formatPosition, type Task } from '@lightrun/core'

/** `src/cart.ts:42`, `src/cart.ts:42 at return`. */
export function placeText({ position, at }: Pick<ActionView, 'position' | 'at'>): string {
  return formatPosition(position) + (at === undefined ? '' : ` at ${at}`)
}

/** What was asked, in a few words: the format of a log, the watches of a snapshot, the name of a measurement. */
export function taskText(task: Task): string {
  switch (task.type) {
    case 'log':
      return task.format
    case 'counter':
      return task.name
    case 'snapshot':
      return task.watches.join(', ')
    case 'metric':
      return `${task.name}: ${task.expression}`
    case 'tictoc':
      return `${task.name}, until ${formatPosition(task.toc)}`
    case 'duration':
      return task.name
  }
}

/** `main @ be174f5, https://example.com/shop`: what the asker had checked out. */
export function vcsText({ vcs = {} }: Pick<ActionView, 'vcs'>): string {
  const version = [vcs.branch, vcs.commit?.slice(0, 12)].filter((part) => part !== undefined).join(' @ ')
  return [version, vcs.repository].filter((part) => part !== undefined && part !== '').join(', ')
}

/** What follows FILE:LINE on the command line to ask the same. */
export function taskWords(task: Task): string[] {
  switch (task.type) {
    case 'log':
      return [task.format]
    case 'snapshot':
      return task.watches.flatMap((watch) => ['--watch', watch])
    case 'metric':
      return [task.name, task.expression]
    case 'tictoc':
      return [formatPosition(task.toc), task.name]
    case 'counter':
    case 'duration':
      return [task.name]
  }
}

/** Whether an action is answered with statistics. */
export const isMeasurement = ({ type }: Task): boolean => type === 'metric' || type === 'tictoc' || type === 'duration'

export function lossText({ losses }: Pick<ActionView, 'losses'>): string {
  return losses.map(({ count, reason }) => `${count} ${LOSS_WORDS[reason]}`).join(', ')
}

export const LOSS_WORDS = {
  queue_full: 'lost: more than the agent could send',
  throttled: 'lost: over the budget',
  hit_limit: 'beyond the hit limit',
  too_large: 'lost: too large',
  undeliverable: 'lost: could not be delivered',
  unseen_end: 'not measured: ended by an error from elsewhere, or where a function that small has no probe',
} as const satisfies Record<ActionView['losses'][number]['reason'], string>
