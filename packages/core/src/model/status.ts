import * as z from 'zod/mini'
import { ERROR_CODES } from '../errors/error-codes.ts'
import { Details } from './details.ts'
import { SourcePosition } from './position.ts'

/** `removed`: deleted, switched off or changed at the server. `stopped`: the agent left. */
export const END_REASONS = ['expired', 'hit_limit', 'removed', 'stopped'] as const
export type EndReason = (typeof END_REASONS)[number]

/**
 * Where an action stands in one agent: received → placed → hitting | throttled → ended, or failed.
 * `failed` is not final: an agent that meets the file later places the action and says so.
 */
export const ActionStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('received') }),
  z.object({
    state: z.literal('placed'),
    engine: z.enum(['weave', 'inspector']),
    /** Where in the source the probe really is. */
    position: SourcePosition,
  }),
  z.object({ state: z.literal('hitting') }),
  /** Over its budget: hits are counted as lost until it recovers by itself. */
  z.object({ state: z.literal('throttled'), message: z.string().check(z.maxLength(2_000)) }),
  z.object({ state: z.literal('ended'), reason: z.enum(END_REASONS) }),
  z.object({
    state: z.literal('failed'),
    code: z.enum(ERROR_CODES),
    message: z.string().check(z.maxLength(2_000)),
    details: z.optional(Details),
  }),
])
export type ActionStatus = z.infer<typeof ActionStatus>
