import { LightrunError } from '@lightrun/core'
import { CommanderError } from 'commander'
import { type CliContext, OUTPUT_CLOSED } from './context.ts'
import { CommandError, EXIT, type ExitCode, exitCodeOf } from './exit-code.ts'
import { dim, type Line, red } from './output/line.ts'
import { createProgram } from './program.ts'

/** Runs one command line, such as `['agents', '--json']`. Says everything on the terminal; never rejects. */
export async function run(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const { signal } = context
  let exitCode: ExitCode = EXIT.ok
  const program = createProgram(context, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    // An abort makes what was under way fail; the abort is the news, not the failure.
    if (!signal.aborted) return tell(error, args.includes('--json'), context)
  }
  if (signal.aborted) return signal.reason === OUTPUT_CLOSED ? EXIT.ok : EXIT.interrupted
  return exitCode
}

function tell(error: unknown, json: boolean, { terminal }: CliContext): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has said it already. Help that was asked for is no mistake.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  const exitCode = exitCodeOf(error)
  if (json) terminal.err(JSON.stringify({ error: errorJson(error) }))
  else terminal.err(...errorLines(error))
  return exitCode
}

function errorLines(error: unknown): Line[] {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  return [
    [red('error'), ...(code === undefined || code === 'usage' ? [] : [dim(` ${code}`)]), `: ${message}`],
    ...(error instanceof CommandError ? error.advice : adviceOf(code)),
  ]
}

/** Which of our own switches may be wrong. The client that found out does not know of them. */
function adviceOf(code: string | undefined): Line[] {
  if (code === 'server_unreachable') return ['the address comes from LIGHTRUN_SERVER or --server']
  if (code === 'unauthorized') return ['the key comes from LIGHTRUN_API_KEY or --api-key']
  return []
}

function errorJson(error: unknown): object {
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error) ?? 'internal_error'
  return LightrunError.is(error) ? { code, message, details: error.details } : { code, message }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof CommandError || LightrunError.is(error) ? error.code : undefined
}
