import type { ActionView, Source, Task } from '@lightrun/core'

/** What was asked, in a few words: the format of a log, the name of a counter, the watches of a snapshot. */
export function taskText(task: Task): string {
  switch (task.type) {
    case 'log':
      return task.format
    case 'counter':
      return task.name
    case 'snapshot':
      return task.watches.join(', ')
  }
}

/** As SOURCE is written on the command line. */
export function sourceText(source: Source): string {
  return source.kind === 'tag' ? `tag:${source.value}` : source.value
}

export function lossText({ losses }: Pick<ActionView, 'losses'>): string {
  return losses.map(({ count, reason }) => `${count} ${LOSS_WORDS[reason]}`).join(', ')
}

export const LOSS_WORDS = {
  queue_full: 'lost: more than the agent could send',
  throttled: 'lost: over the budget',
  hit_limit: 'beyond the hit limit',
  too_large: 'lost: too large',
  undeliverable: 'lost: could not be delivered',
} as const satisfies Record<ActionView['losses'][number]['reason'], string>
