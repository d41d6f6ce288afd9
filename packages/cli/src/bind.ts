import type { Session } from './context.ts'
import type { ExitCode } from './exit-code.ts'

/** What a command does, apart from its command line: says its piece on the terminal and returns the exit code. */
export type Handler<Args extends unknown[]> = (session: Session, ...args: Args) => Promise<ExitCode>

/** Makes a handler what commander calls. The program is the only one that knows how. */
export type Bind = <Args extends unknown[]>(handler: Handler<Args>) => (...args: Args) => Promise<void>
