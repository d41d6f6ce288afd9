import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit-code.ts'
import { dim } from '../output/line.ts'
import { shellWord } from '../output/quote.ts'
import { parseCount } from '../parse/numbers.ts'
import { isMeasurement, lossText } from '../render/action-text.ts'
import { whyNoHits } from '../render/passes.ts'
import { findAction } from '../resolve/find-action.ts'
import { createFeed, FIELDS_HELP } from './feed.ts'
import { type FollowHitsOptions, followHits, PAGE } from './follow-hits.ts'

interface HitsOptions {
  limit?: string
  after?: string
  follow?: true
  fields?: true
}

/** Hits shown without `--limit`: a few screens. */
const DEFAULT_SHOWN = 100

export function addHits(program: Command, bind: Bind): void {
  program
    .command('hits')
    .argument('<id>', 'the id of an action, or its beginning')
    .option('--limit <count>', `show at most so many (default: ${DEFAULT_SHOWN}; with --follow: all)`)
    .option('--after <hit>', 'only hits after this one')
    .option('--follow', 'and those that come, until interrupted')
    .option('--fields', FIELDS_HELP)
    .description('the answers stored so far, oldest first')
    .action(bind(showHits))
}

async function showHits(session: Session, id: string, options: HitsOptions): Promise<ExitCode> {
  if (options.follow && options.limit !== undefined) {
    throw usageError('--follow shows everything; leave out --limit, or start later with --after HIT')
  }
  const limit = options.limit === undefined ? DEFAULT_SHOWN : parseCount('--limit', options.limit)
  const after = options.after === undefined ? undefined : parseCount('--after', options.after, 0)
  const client = session.connect()
  const action = await findAction(client, id, session.signal)
  const feed = createFeed(session, client, [action], options)
  if (options.follow) return followHits({ session, client, feed, action, after })
  if (action.task.type === 'counter') feed.total(action)
  else if (isMeasurement(action.task)) await feed.metrics(action)
  else await showStored({ session, client, feed, action, after }, limit)
  return EXIT.ok
}

async function showStored({ session, client, feed, action, after }: FollowHitsOptions, limit: number): Promise<void> {
  const { terminal, signal } = session
  const id = shellWord(action.id)
  const from = after === undefined ? {} : { after }
  let shown = 0
  let last = after
  // One more than is shown tells whether there are more.
  for await (const hit of client.allHits(action.id, { ...from, limit: Math.min(limit + 1, PAGE), signal })) {
    if (shown === limit) return terminal.err([dim('more:   '), `lightrun hits ${id} --after ${last}`])
    await feed.hit(hit)
    last = hit.id
    shown += 1
  }
  if (shown === 0) {
    const why = after === undefined ? whyNoHits(action, session.clock.nowMs()) : undefined
    const none = why ?? `no hits${after === undefined ? ' yet' : ` after ${after}`}`
    terminal.err(`${none}; see how it goes: lightrun show ${id}`)
  }
  const lost = lossText(action)
  if (lost !== '') terminal.err([dim(lost)])
}
