import type { Client } from '@lightrun/client'
import type { ActionView, HitView, StreamEvent } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit-code.ts'
import { bold, dim } from '../output/line.ts'
import { shellWord } from '../output/quote.ts'
import { parseCount } from '../parse/numbers.ts'
import { lossText } from '../render/action-text.ts'
import { findAction } from '../resolve/find-action.ts'
import { createFeed, type Feed } from './feed.ts'

interface HitsOptions {
  limit?: string
  after?: string
  follow?: true
}

/** Hits shown without `--limit`: a few screens. */
export const DEFAULT_SHOWN = 100
/** Hits asked for at once: snapshots can have a megabyte each. */
const PAGE = 100

export function addHits(program: Command, bind: Bind): void {
  program
    .command('hits')
    .argument('<id>', 'the id of an action, or its beginning')
    .option('--limit <count>', `show at most so many (default: ${DEFAULT_SHOWN}; with --follow: all)`)
    .option('--after <hit>', 'only hits after this one')
    .option('--follow', 'and those that come, until interrupted')
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
  const feed = createFeed(session, client, [action])
  const print = (hit: HitView) => (session.json ? session.terminal.json(hit) : feed.print({ kind: 'hit', hit }))
  if (options.follow) return follow({ session, client, action, feed, print, after })
  if (action.task.type === 'counter') return showTotal(session, action)
  return showStored({ session, client, action, print, after, limit })
}

interface Stored {
  session: Session
  client: Client
  action: ActionView
  print: (hit: HitView) => void | Promise<void>
  after: number | undefined
}

async function showStored({
  session,
  client,
  action,
  print,
  after,
  limit,
}: Stored & { limit: number }): Promise<ExitCode> {
  let shown = 0
  let last = after
  for await (const hit of stored({ session, client, action, after }, Math.min(limit + 1, PAGE))) {
    if (shown === limit) {
      session.terminal.err([dim('more:   '), `lightrun hits ${shellWord(action.id)} --after ${last}`])
      return EXIT.ok
    }
    await print(hit)
    last = hit.id
    shown += 1
  }
  if (shown === 0 && !session.json) {
    session.terminal.err(
      `no hits${after === undefined ? ' yet' : ` after ${after}`}; see how it goes: lightrun show ${shellWord(action.id)}`,
    )
  }
  const lost = lossText(action)
  if (lost !== '') session.terminal.err([dim(lost)])
  return EXIT.ok
}

/** What a counter has to show is one number. */
function showTotal({ terminal, json }: Session, { id, task, hitCount }: ActionView): ExitCode {
  if (json) terminal.json({ kind: 'count', actionId: id, total: hitCount })
  else terminal.out([task.type === 'counter' ? `${task.name} ` : '', bold(String(hitCount))])
  return EXIT.ok
}

/**
 * Stored hits, then live ones. The stream is open before the first page is read, so nothing falls between the
 * two; what is in both is known by its id.
 */
async function follow({ session, client, action, feed, print, after }: Stored & { feed: Feed }): Promise<ExitCode> {
  const closing = new AbortController()
  const opened = signalOnce()
  const live = client
    .stream({
      actionId: action.id,
      signal: AbortSignal.any([session.signal, closing.signal]),
      onLink: (link) => {
        feed.link(link)
        opened.fire()
      },
    })
    [Symbol.asyncIterator]()
  try {
    let next = live.next()
    // A stream that fails to open is told by `next`; one that opens is told by `onLink` before any event.
    await Promise.race([opened.fired, next])
    let last = after ?? 0
    for await (const hit of stored({ session, client, action, after }, PAGE)) {
      await print(hit)
      last = hit.id
    }
    if (action.task.type === 'counter') showTotal(session, action)
    for (;;) {
      const { done, value: event } = await next
      if (done) return EXIT.ok
      if (event.kind === 'hit') {
        if (event.hit.id > last) await print(event.hit)
      } else if (!session.json || isData(event, action)) await feed.print(event)
      next = live.next()
    }
  } finally {
    // Not `live.return()`: that would wait for an event that may never come.
    closing.abort()
  }
}

/** In JSON a log or snapshot gives hits only and a counter counts only, so that every line has one shape. */
function isData(event: StreamEvent, action: ActionView): boolean {
  return event.kind === 'count' && action.task.type === 'counter'
}

function stored({ session, client, action, after }: Omit<Stored, 'print'>, limit: number): AsyncIterable<HitView> {
  return client.allHits(action.id, { limit, signal: session.signal, ...(after === undefined ? {} : { after }) })
}

function signalOnce(): { fired: Promise<void>; fire: () => void } {
  let fire = () => {}
  const fired = new Promise<void>((resolve) => {
    fire = resolve
  })
  return { fired, fire: () => fire() }
}
