import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { pickAction } from '../resolve/find-action.ts'
import { createFeed, type FeedOptions, FIELDS_HELP } from './feed.ts'

export function addTail(program: Command, bind: Bind): void {
  program
    .command('tail')
    .argument('[id]', 'only this action: its id, or its beginning')
    .option('--fields', FIELDS_HELP)
    .description('answers as they come, until interrupted')
    .action(bind(tail))
}

async function tail(session: Session, id: string | undefined, options: FeedOptions): Promise<ExitCode> {
  const client = session.connect()
  const { signal } = session
  const actions = await client.actions({ signal })
  const only = id === undefined ? {} : { actionId: pickAction(actions, id).id }
  const feed = createFeed(session, client, actions, options)
  for await (const event of client.stream({ ...only, signal, onLink: feed.link })) await feed.event(event)
  return EXIT.ok
}
