/**
 * Every way the system says no. Closed: a new situation gets a new code, a line here and a page in
 * `docs/errors/<code>.md` (a test compares the two).
 */
export const ERROR_CODES = [
  // Configuration and start
  'config_invalid',
  'already_started',
  // Who may ask
  'unauthorized',
  'forbidden',
  // What was asked for
  'request_invalid',
  'route_unknown',
  'agent_unknown',
  'source_unknown',
  'source_in_use',
  'action_unknown',
  'limit_invalid',
  'pattern_invalid',
  // Where
  'position_invalid',
  'file_not_found',
  'file_ambiguous',
  'file_not_woven',
  'file_changed',
  'no_code_at_line',
  'source_map_invalid',
  'source_map_missing',
  'cell_unavailable',
  'inspector_unavailable',
  // Expressions
  'expression_syntax',
  'expression_not_allowed',
  'expression_too_large',
  'expression_failed',
  'format_syntax',
  // The wire
  'frame_invalid',
  'frame_too_large',
  'protocol_unsupported',
  'link_lost',
  'server_unreachable',
  'server_error',
  // Storage
  'storage_invalid',
  'storage_locked',
  'storage_corrupt',
  'storage_unreachable',
  // Ours
  'internal_error',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

const known: ReadonlySet<string> = new Set(ERROR_CODES)

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && known.has(text)
}
